using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>Node.js with a small server on <c>node:http</c>, as it comes or with the fix.</summary>
internal sealed class NodeRecipe(string program) : ServerRecipe
{
    // headersTimeout must be above keepAliveTimeout: on Node 10.15 to 12.18 it cut idle connections as well.
    // Source: nodejs/node issue 27363.
    private const int HeadersMarginMs = 1_000;

    public override string Name { get; } = $"Node.js {ProgramSearch.Version(program, "--version")}";

    public override string PlainSetting => "Node's defaults";

    public override string FixedSetting(TimeSpan keepAlive) => string.Create(
        CultureInfo.InvariantCulture,
        $"keepAliveTimeout = {keepAlive.TotalMilliseconds:0}, headersTimeout = {keepAlive.TotalMilliseconds + HeadersMarginMs:0}");

    public override async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        IPEndPoint endPoint = ServerProcess.FreeEndPoint();
        string folder = Directory.CreateTempSubdirectory("weir-reproduce-").FullName;
        string script = Path.Combine(folder, "server.js");
        await File.WriteAllTextAsync(script, NodeServerScript.Text, cancel);
        var start = new ProcessStartInfo(program, [script]) { WorkingDirectory = folder };
        start.Environment["PORT"] = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        if (keepAlive is { } time)
        {
            start.Environment["KEEP_ALIVE_TIMEOUT"] = Milliseconds(time, 0);
            start.Environment["HEADERS_TIMEOUT"] = Milliseconds(time, HeadersMarginMs);
        }

        return await ServerProcess.Start(start, endPoint, folder, cancel);
    }

    private static string Milliseconds(TimeSpan time, int moreMs) =>
        (time.TotalMilliseconds + moreMs).ToString("0", CultureInfo.InvariantCulture);
}
