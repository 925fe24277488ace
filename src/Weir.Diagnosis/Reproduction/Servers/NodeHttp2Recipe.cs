using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>Node.js with a small server on <c>node:http2</c>, with a timeout: by itself it closes no idle connection.</summary>
internal sealed class NodeHttp2Recipe(string program) : InstalledServerRecipe(program)
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    // As node:http has it.
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(5);

    public override string Name { get; } = $"Node.js {ProgramSearch.Version(program, "--version")}, node:http2";

    public override string PlainSetting => FixedSetting(_short);

    // Source: measured, docs/servers.md.
    public override string Remark =>
        $"With {PlainSetting}; by itself it closes no idle connection of HTTP/2, and there would be no race.";

    protected override string FileName => "server.js";

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(_culture, $"server.setTimeout({keepAlive.TotalMilliseconds:0})");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive) => NodeServerScript.Http2;

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        start.ArgumentList.Add(file);
        start.Environment["PORT"] = endPoint.Port.ToString(_culture);
        start.Environment["KEEP_ALIVE_TIMEOUT"] = (keepAlive ?? _short).TotalMilliseconds.ToString("0", _culture);
    }
}
