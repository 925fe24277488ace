using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>Node.js with a small server on <c>node:http</c>, as it comes or with the fix.</summary>
internal sealed class NodeRecipe(string program) : InstalledServerRecipe(program)
{
    // headersTimeout must be above keepAliveTimeout: on Node 10.15 to 12.18 it cut idle connections as well.
    // Source: nodejs/node issue 27363.
    private const int HeadersMarginMs = 1_000;

    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public override string Name { get; } = $"Node.js {ProgramSearch.Version(program, "--version")}";

    public override string PlainSetting => "Node's defaults";

    protected override string FileName => "server.js";

    public override string FixedSetting(TimeSpan keepAlive) => string.Create(
        _culture, $"keepAliveTimeout = {keepAlive.TotalMilliseconds:0}, headersTimeout = {keepAlive.TotalMilliseconds + HeadersMarginMs:0}");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive) => NodeServerScript.Http1;

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        start.ArgumentList.Add(file);
        start.Environment["PORT"] = endPoint.Port.ToString(_culture);
        if (keepAlive is { } time)
        {
            start.Environment["KEEP_ALIVE_TIMEOUT"] = time.TotalMilliseconds.ToString("0", _culture);
            start.Environment["HEADERS_TIMEOUT"] = (time.TotalMilliseconds + HeadersMarginMs).ToString("0", _culture);
        }
    }
}
