using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>A server of the user's that is started by a command, on the port that it is told in <c>PORT</c>.</summary>
internal sealed class CommandRecipe(string command, int? port) : ServerRecipe
{
    private const string Shell = "/bin/sh";
    private const string Advice = " (it is to listen on the port in $PORT; --port names the port of a command that has its own)";

    public override string Name => command;

    public override string PlainSetting => "as it is";

    public override bool CanBeFixed => false;

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"keep-alive of {keepAlive.TotalSeconds:0} s or more");

    public override async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        IPEndPoint endPoint = port is { } chosen ? new IPEndPoint(IPAddress.Loopback, chosen) : ServerProcess.FreeEndPoint();
        if (await ServerProcess.Accepts(endPoint, cancel))
        {
            throw new ReproductionException(
                ReproductionOutcome.PortInUse, $"another program listens on {endPoint} already; --port names another port");
        }

        // As it would be typed: `cd srv && node server.js`. The shell and all that it started are ended together.
        var start = new ProcessStartInfo(Shell, ["-c", command]);
        start.Environment["PORT"] = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        return await ServerProcess.Start(start, Guard, $"`{command}`", endPoint, folder: null, Advice, cancel);
    }
}
