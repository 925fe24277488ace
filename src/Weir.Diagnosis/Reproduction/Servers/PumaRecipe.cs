using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>Puma: 20 s before version 7, 65 s since.</summary>
internal sealed class PumaRecipe(string program) : InstalledServerRecipe(program)
{
    public override string Name { get; } = ProgramSearch.Version(program, "--version");

    public override string PlainSetting => "Puma's default";

    protected override string FileName => "puma.rb";

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"persistent_timeout {keepAlive.TotalSeconds:0}");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive)
    {
        string setting = keepAlive is { } time ? FixedSetting(time) : "";
        return $$"""
            bind "tcp://{{endPoint}}"
            threads 8, 8
            {{setting}}
            $stdout.sync = true
            app do |env|
              uri = env["PATH_INFO"] + "?" + env["QUERY_STRING"].to_s
              now = Time.now.utc.strftime("%Y-%m-%dT%H:%M:%S.%LZ")
              puts [now, env["HTTP_X_AMZN_TRACE_ID"] || "-", env["REQUEST_METHOD"], uri, 200].join(" ")
              [200, { "content-type" => "text/plain", "content-length" => "3" }, ["ok\n"]]
            end

            """;
    }

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(file);
    }
}
