using Weir.Diagnosing;
using Weir.Diagnosis.Logs;

namespace Weir.Tests.Diagnosing;

public sealed class ReadingProgressTests
{
    [Fact]
    public void Describe_WithASize_SaysRateAndTimeLeft() => Assert.Equal(
        "1.2 GB of 4.8 GB, 5,120,000 lines, 400 MB/s, 9 s left",
        ReadingProgress.Describe(new LogProgress(1_200_000_000, 4_800_000_000, 5_120_000, TimeSpan.FromSeconds(3))));

    [Fact]
    public void Describe_OfAPipe_SaysNoTimeLeft() => Assert.Equal(
        "1.2 GB, 5,120,000 lines, 400 MB/s",
        ReadingProgress.Describe(new LogProgress(1_200_000_000, null, 5_120_000, TimeSpan.FromSeconds(3))));
}
