namespace Weir.Diagnosis.Tests;

public sealed class LaboratoryBalancerTests
{
    // Its next check is minutes away, and each round would wait in vain.
    [Fact]
    public async Task WaitForHealth_OfATargetWhoseFirstCheckFailed_IsDoneOnce()
    {
        using var balancer = new LaboratoryBalancer(
            [ServerProcess.FreeEndPoint()], protects: false, new ReproductionOptions(), static _ => { }, static _ => { })
        {
            FirstChecksLimit = TimeSpan.FromMilliseconds(50),
        };

        await balancer.WaitForHealth(TestContext.Current.CancellationToken);
        Task again = balancer.WaitForHealth(TestContext.Current.CancellationToken);

        Assert.True(again.IsCompletedSuccessfully);
    }
}
