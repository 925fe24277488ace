using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

public class SampleThinningTests
{
    [Fact]
    public void Pass_ForEver_LetsAsManyPassOfEachDoubling()
    {
        var thinning = new SampleThinning(samplesPerLevel: 100);
        LoggedRequest[] requests = [.. Enumerable.Range(0, 100_000).Select(RequestAt)];

        bool[] passed = [.. requests.Select(request => thinning.Pass(in request))];

        Assert.True(passed[..100].All(static pass => pass));
        // 100 of 100, of 200, of 400, ….
        Assert.InRange(passed[..3_100].Count(static pass => pass), 450, 550);
        Assert.InRange(passed.Count(static pass => pass), 900, 1_100);
    }

    [Fact]
    public void MayPass_ARequestThatItRefuses_NeverPassesLater()
    {
        var thinning = new SampleThinning(samplesPerLevel: 10);
        LoggedRequest[] requests = [.. Enumerable.Range(0, 2_000).Select(RequestAt)];
        foreach (LoggedRequest request in requests)
        {
            thinning.Pass(in request);
        }

        LoggedRequest[] refused = [.. requests.Where(request => !thinning.MayPass(in request))];
        Assert.InRange(refused.Length, 1_900, 2_000);
        Assert.DoesNotContain(refused, request => thinning.Pass(in request));
    }

    private static LoggedRequest RequestAt(int index) =>
        default(LoggedRequest) with { CompletedMicroseconds = 1_790_000_000_000_000 + (index * 7_300L), RequestKey = (ulong)index % 3 };
}
