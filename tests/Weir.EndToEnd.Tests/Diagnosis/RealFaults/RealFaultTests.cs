namespace Weir.EndToEnd.Tests;

/// <summary>
/// `weir diagnose` against real faults: every cause that one machine can produce, in real servers behind the real balancer. Not among
/// them: TLS to targets, Lambda functions, authentication and WAF, which the balancer does not have.
/// </summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class RealFaultTests(ITestOutputHelper output)
{
    private const double Goal = 0.95;

    // Fewer show little.
    private const int FewErrors = 10;

    private static readonly string[] _causes =
    [
        "bad_request", "client_abort", "client_timeout", "connect_refused", "connect_timeout", "deregistration", "keepalive_race",
        "malformed_response", "no_targets", "request_limit_close", "slow_target", "target_crash", "target_restart", "target_timeout",
    ];

    [Fact]
    public Task Faults_OfEveryKind_GetTheirNames() => Compare("short", TimeSpan.FromSeconds(36), FewErrors, static () => Services(seed: 100));

    // The same for longer, and two more of the services whose faults are rare.
    [Fact(Explicit = true)]
    public Task Faults_OfEveryKindAndMany_GetTheirNames() => Compare("long", TimeSpan.FromMinutes(3), atLeast: 50, static () =>
    [
        .. Services(seed: 200),
        new IdleRaceService("race-default", keepAliveMs: 5000, isBusy: false, seed: 220),
        new RestartService("restart-second", 3, seed: 221),
        new RestartService("restart-third", 2, seed: 222),
    ]);

    private static FaultyService[] Services(int seed) =>
    [
        new IdleRaceService("race", keepAliveMs: 1000, isBusy: false, seed++),
        new IdleRaceService("race-busy", keepAliveMs: 500, isBusy: true, seed++),
        new RequestLimitService("limit", seed++),
        new RestartService("restart", 2, seed++),
        new RestartService("restart-alone", 1, seed++),
        new CrashService("crash", seed++),
        new WorkerTimeoutService("timeout-gunicorn", timeoutSeconds: 5, seed++),
        new SilenceTimeoutService("timeout-node", timeoutMs: 3000, seed++),
        new PageFaultService("pages", seed++),
        new DeploymentService("deployment", seed++),
        new UnreachableService("refusing", UnreachableTarget.Refusing, seed++),
        new UnreachableService("full", UnreachableTarget.NeverAccepting, seed++),
        new UnreachableService("empty", UnreachableTarget.None, seed++),
        // Few people who come back at one moment meet few closes, and on a busy machine they come too late for most.
        new IdleRaceService("race-second", keepAliveMs: 1000, isBusy: false, seed++),
        new IdleRaceService("race-third", keepAliveMs: 1000, isBusy: false, seed++),
    ];

    private async Task Compare(string name, TimeSpan duration, int atLeast, Func<FaultyService[]> services)
    {
        ConfusionMatrix matrix = await new FaultRun(name, services()).Run(duration);
        if (TooFew(matrix, atLeast).Any())
        {
            // A machine that is busy with something else sends fewer requests in the time.
            output.WriteLine($"{string.Join(", ", TooFew(matrix, atLeast))}: once more, for longer");
            matrix = await new FaultRun(name, services()).Run(2.5 * duration);
        }

        output.WriteLine(matrix.ToString());
        Assert.Empty(TooFew(matrix, atLeast));
        double right = matrix.RightAmong(_causes);
        Assert.True(right >= Goal, $"{right:P1} right where {Goal:P0} are wanted\n{matrix}");
    }

    private static IEnumerable<string> TooFew(ConfusionMatrix matrix, int atLeast) =>
        _causes.Where(cause => matrix.Count(cause) < atLeast).Select(cause => $"{matrix.Count(cause)} errors of {cause}");
}
