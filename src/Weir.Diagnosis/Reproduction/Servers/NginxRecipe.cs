using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>nginx, with a shorter keep-alive than it has by itself: its own would outlive the balancer.</summary>
internal sealed class NginxRecipe(string program, bool isHttp2) : InstalledServerRecipe(program)
{
    private const int ShortSeconds = 5;

    public override string Name { get; } = ProgramSearch.Version(program, "-v").Replace("nginx version: ", "", StringComparison.Ordinal);

    public override string PlainSetting => "keepalive_timeout 5s";

    // Source: nginx, core module: keepalive_timeout 75s.
    public override string Remark => "With keepalive_timeout 5s; its default of 75 s outlives the balancer, and there would be no race.";

    protected override string FileName => "nginx.conf";

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"keepalive_timeout {keepAlive.TotalSeconds:0}s");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        daemon off;
        master_process off;
        pid "{{folder}}/nginx.pid";
        error_log stderr;
        events { worker_connections 4096; }
        http {
            log_format weir '$time_iso8601 $http_x_amzn_trace_id $request_method $request_uri $status';
            access_log /dev/stdout weir;
            client_body_temp_path "{{folder}}/body";
            proxy_temp_path "{{folder}}/proxy";
            fastcgi_temp_path "{{folder}}/fastcgi";
            uwsgi_temp_path "{{folder}}/uwsgi";
            scgi_temp_path "{{folder}}/scgi";
            keepalive_timeout {{keepAlive?.TotalSeconds ?? ShortSeconds}}s;
            server {
                listen {{endPoint}}{{(isHttp2 ? " http2" : "")}};
                location / { return 200 "ok\n"; }
            }
        }

        """);

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        foreach (string argument in (string[])["-c", file, "-e", "stderr"])
        {
            start.ArgumentList.Add(argument);
        }
    }
}
