using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// How the servers of the field are started for a probe: each at one port, from files in one folder, with timeouts of
/// seconds where their own are minutes. Null where this machine has no such server.
/// </summary>
internal static class ServerSetups
{
    private const string TomcatHome = "/usr/share/tomcat10";

    // Debian's place, and that of most others.
    private static readonly string[] _apacheModules = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"];

    /// <summary>Keep-alive of 1 s; 408 for who says nothing within 2 s, looked at twice a second.</summary>
    /// <param name="maxRequests">On one connection; 0: any number.</param>
    public static Func<TempFolder, int, ProcessStartInfo>? Node(int maxRequests) => Program(["node", "nodejs"], (program, folder, port) =>
    {
        string script = folder.Write("server.js", """
            const options = { connectionsCheckingInterval: 500, headersTimeout: 2000, requestTimeout: 3000 };
            const server = require('node:http').createServer(options, (request, response) => response.end('ok\n'));
            server.keepAliveTimeout = 1000;
            server.maxRequestsPerSocket = Number(process.argv[3]);
            server.listen(Number(process.argv[2]), '127.0.0.1');
            // Whoever started this has gone when its end of the pipe has.
            process.stdin.resume();
            process.stdin.on('end', () => process.exit());
            """);
        return new ProcessStartInfo(program, [script, Text(port), Text(maxRequests)]);
    });

    /// <summary>Two workers behind one port, which take turns: keep-alive of 1 s and of 4 s.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? NodeCluster() => Program(["node", "nodejs"], static (program, folder, port) =>
    {
        string script = folder.Write("cluster.js", """
            const cluster = require('node:cluster');
            if (cluster.isPrimary) {
              cluster.schedulingPolicy = cluster.SCHED_RR;
              for (const KEEP_ALIVE of [1000, 4000]) cluster.fork({ KEEP_ALIVE });
              process.stdin.resume();
              process.stdin.on('end', () => process.exit());
            } else {
              const server = require('node:http').createServer((request, response) => response.end('ok\n'));
              server.keepAliveTimeout = Number(process.env.KEEP_ALIVE);
              server.listen(Number(process.argv[2]), '127.0.0.1');
            }
            """);
        return new ProcessStartInfo(program, [script, Text(port)]);
    });

    /// <summary>HTTP/2, 77 requests at once, and an idle time of 2 s, of silent connections too.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? NodeHttp2(bool tls) => Program(["node", "nodejs"], (program, folder, port) =>
    {
        WriteCertificate(folder);
        string script = folder.Write("server.js", """
            const { readFileSync } = require('node:fs');
            const http2 = require('node:http2');
            const settings = { maxConcurrentStreams: 77 };
            const server = process.argv[3] === 'tls'
              ? http2.createSecureServer({ settings, key: readFileSync('key.pem'), cert: readFileSync('cert.pem') })
              : http2.createServer({ settings });
            server.on('stream', (stream) => { stream.respond({ ':status': 200 }); stream.end('ok'); });
            server.setTimeout(2000);
            server.listen(Number(process.argv[2]), '127.0.0.1');
            process.stdin.resume();
            process.stdin.on('end', () => process.exit());
            """);
        return new ProcessStartInfo(program, [script, Text(port), tls ? "tls" : "plain"]);
    });

    /// <summary>20 requests on a connection; 3 s for who says nothing.</summary>
    /// <param name="keepAlive">The values of keepalive_timeout.</param>
    public static Func<TempFolder, int, ProcessStartInfo>? Nginx(string keepAlive) => Nginx(keepAlive, static _ => ("", "client_header_timeout 3s;"));

    /// <summary>The same with TLS, a certificate that it signed itself, and a minute for a handshake and a request.</summary>
    /// <param name="keepAlive">The value of keepalive_timeout.</param>
    /// <param name="http2">Whether it chooses HTTP/2 where it is offered.</param>
    public static Func<TempFolder, int, ProcessStartInfo>? NginxWithTls(string keepAlive, bool http2 = false) => Nginx(keepAlive, folder =>
    {
        WriteCertificate(folder);
        return (http2 ? " ssl http2" : " ssl", "ssl_certificate cert.pem; ssl_certificate_key key.pem;");
    });

    /// <summary>Keep-alive of 2 s and 20 requests; 3 s for who says nothing.</summary>
    /// <param name="http2">Whether it speaks HTTP/2 with prior knowledge too.</param>
    public static Func<TempFolder, int, ProcessStartInfo>? Apache(bool http2 = false) =>
        _apacheModules.FirstOrDefault(Directory.Exists) is not { } modules ? null : Program(["apache2", "httpd"], (program, folder, port) =>
        {
            // Without AcceptFilter none the kernel keeps silent connections from it, and they stay open.
            string file = folder.Write("httpd.conf", $"""
                ServerRoot "{folder.Path}"
                ServerName 127.0.0.1
                PidFile "{folder.Path}/httpd.pid"
                DefaultRuntimeDir "{folder.Path}"
                Listen 127.0.0.1:{port}
                AcceptFilter http none
                LoadModule mpm_event_module "{modules}/mod_mpm_event.so"
                LoadModule authz_core_module "{modules}/mod_authz_core.so"
                LoadModule alias_module "{modules}/mod_alias.so"
                LoadModule reqtimeout_module "{modules}/mod_reqtimeout.so"
                User #65534
                Group #65534
                DocumentRoot "{folder.Path}"
                Redirect 204 "/"
                ErrorLog "/dev/stderr"
                KeepAlive On
                KeepAliveTimeout 2
                MaxKeepAliveRequests 20
                RequestReadTimeout header=3
                {(http2 ? $"LoadModule http2_module {modules}/mod_http2.so\nProtocols h2c http/1.1" : "")}
                """);
            return new ProcessStartInfo(program, ["-D", "FOREGROUND", "-f", file]);
        });

    /// <summary>One worker with 16 threads; keep-alive of 1 s.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? GunicornThreads() => Gunicorn("--worker-class", "gthread", "--threads", "16", "--keep-alive", "1");

    /// <summary>One worker that does one thing after the other.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? GunicornSync() => Gunicorn("--worker-class", "sync");

    /// <summary>Keep-alive of 2 s.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? Uvicorn() => Program(["uvicorn"], static (program, folder, port) =>
    {
        folder.Write("app.py", """
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                headers = [(b"content-type", b"text/plain"), (b"content-length", b"3")]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": b"ok\n"})

            """);
        return new ProcessStartInfo(program, ["--host", "127.0.0.1", "--port", Text(port), "--timeout-keep-alive", "2", "--lifespan", "off", "app:app"]);
    });

    /// <summary>Keep-alive of 2 s; 3 s for who says nothing.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? Puma() => Program(["puma"], static (program, folder, port) => new ProcessStartInfo(program, ["-C", folder.Write("puma.rb", $$"""
        bind "tcp://127.0.0.1:{{port}}"
        threads 16, 16
        persistent_timeout 2
        first_data_timeout 3
        app { |env| [200, { "content-type" => "text/plain", "content-length" => "3" }, ["ok\n"]] }
        """)]));

    /// <summary>Keep-alive of 2 s and 20 requests; 3 s for who says nothing.</summary>
    public static Func<TempFolder, int, ProcessStartInfo>? Tomcat() => !File.Exists($"{TomcatHome}/bin/bootstrap.jar") ? null : Program(["java"], static (program, folder, port) =>
    {
        foreach (string name in (string[])["conf", "temp", "webapps/ROOT/WEB-INF"])
        {
            Directory.CreateDirectory(folder.PathOf(name));
        }

        folder.Write("conf/server.xml", $"""
            <Server port="-1">
              <Service name="Catalina">
                <Connector port="{port}" address="127.0.0.1" connectionTimeout="3000" keepAliveTimeout="2000" maxKeepAliveRequests="20"/>
                <Engine name="Catalina" defaultHost="localhost">
                  <Host name="localhost" appBase="webapps" autoDeploy="false" deployOnStartup="false"><Context path="" docBase="ROOT"/></Host>
                </Engine>
              </Service>
            </Server>
            """);
        folder.Write("webapps/ROOT/index.html", "ok\n");
        folder.Write("webapps/ROOT/WEB-INF/web.xml", """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0" metadata-complete="true">
              <servlet><servlet-name>default</servlet-name><servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
              <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
              <welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
            </web-app>
            """);
        return new ProcessStartInfo(program,
        [
            $"-Dcatalina.home={TomcatHome}", $"-Dcatalina.base={folder.Path}", $"-Djava.io.tmpdir={folder.PathOf("temp")}",
            "-cp", $"{TomcatHome}/bin/bootstrap.jar:{TomcatHome}/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "start",
        ]);
    });

    private static Func<TempFolder, int, ProcessStartInfo>? Gunicorn(params string[] arguments) => Program(["gunicorn", "gunicorn3"], (program, folder, port) =>
    {
        folder.Write("app.py", """
            def app(environ, start_response):
                start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
                return [b"ok\n"]

            """);
        return new ProcessStartInfo(program, ["--workers", "1", "--bind", $"127.0.0.1:{port}", .. arguments, "app:app"]);
    });

    private static Func<TempFolder, int, ProcessStartInfo>? Nginx(string keepAlive, Func<TempFolder, (string Listen, string Settings)> transport) =>
        Program(["nginx"], (program, folder, port) =>
        {
            (string listen, string settings) = transport(folder);
            string file = folder.Write("nginx.conf", $$"""
                daemon off;
                master_process off;
                pid "{{folder.Path}}/nginx.pid";
                error_log stderr;
                events { worker_connections 1024; }
                http {
                    access_log off;
                    client_body_temp_path "{{folder.Path}}/body";
                    proxy_temp_path "{{folder.Path}}/proxy";
                    fastcgi_temp_path "{{folder.Path}}/fastcgi";
                    uwsgi_temp_path "{{folder.Path}}/uwsgi";
                    scgi_temp_path "{{folder.Path}}/scgi";
                    keepalive_timeout {{keepAlive}};
                    keepalive_requests 20;
                    server {
                        listen 127.0.0.1:{{port}}{{listen}};
                        {{settings}}
                        location / { return 200 "ok\n"; }
                        location /broken { return 500; }
                        location /private { return 401; }
                    }
                }
                """);
            return new ProcessStartInfo(program, ["-c", file, "-e", "stderr"]);
        });

    private static Func<TempFolder, int, ProcessStartInfo>? Program(string[] names, Func<string, TempFolder, int, ProcessStartInfo> setup) =>
        ServerProgram.Find(names) is { } program ? (folder, port) => setup(program, folder, port) : null;

    private static void WriteCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = new CertificateRequest("CN=target.example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        folder.Write("cert.pem", certificate.ExportCertificatePem());
        folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
