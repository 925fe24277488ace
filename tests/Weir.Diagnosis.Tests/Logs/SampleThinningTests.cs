using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

public class SampleThinningTests
{
    [Fact]
    public void Pass_ForEver_FillsTheRoomAndNoMore()
    {
        var thinning = new SampleThinning(room: 16);

        bool[] passed = [.. Enumerable.Range(0, 100_000).Select(_ => thinning.Pass())];

        Assert.Equal(16, passed.Count(pass => pass));
        Assert.True(passed[..8].All(pass => pass));
        Assert.Equal(4, passed[8..16].Count(pass => pass));
    }
}
