using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>A server of the user's that runs already: it is used as it is, and never restarted.</summary>
internal sealed class RunningRecipe(IPEndPoint endPoint) : ServerRecipe
{
    public override string Name => endPoint.ToString();

    public override string PlainSetting => "as it is";

    public override bool CanBeFixed => false;

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"keep-alive of {keepAlive.TotalSeconds:0} s or more");

    public override async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel) =>
        await ServerProcess.Accepts(endPoint, cancel)
            ? new RunningServer { EndPoint = endPoint }
            : throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart, $"nobody accepts connections at {endPoint}");
}
