using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>gunicorn with threads, which looks for idle connections about once a second: they live for 2 to 3 s.</summary>
internal sealed class GunicornRecipe(string program) : InstalledServerRecipe(program)
{
    private const string Threads = "8";

    public override string Name { get; } = ProgramSearch.Version(program, "--version");

    public override string PlainSetting => "gunicorn's default";

    // Source: gunicorn, gthread worker; the sync worker closes every connection after its answer.
    public override string Remark => "With --worker-class gthread; the default worker keeps no connection alive.";

    protected override string FileName => "app.py";

    public override string FixedSetting(TimeSpan keepAlive) =>
        string.Create(CultureInfo.InvariantCulture, $"--keep-alive {keepAlive.TotalSeconds:0}");

    protected override string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive) => """
        import datetime
        import os


        def app(environ, start_response):
            environ["wsgi.input"].read()
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
            uri = environ["PATH_INFO"] + "?" + environ["QUERY_STRING"]
            line = (now, environ.get("HTTP_X_AMZN_TRACE_ID", "-"), environ["REQUEST_METHOD"], uri, "200\n")
            # In one piece: the threads share the pipe.
            os.write(1, " ".join(line).encode())
            return [b"ok\n"]

        """;

    protected override void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive)
    {
        foreach (string argument in (string[])
            ["--worker-class", "gthread", "--workers", "1", "--threads", Threads, "--bind", endPoint.ToString(), "app:app"])
        {
            start.ArgumentList.Add(argument);
        }

        if (keepAlive is { } time)
        {
            start.ArgumentList.Add("--keep-alive");
            start.ArgumentList.Add(time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture));
        }
    }
}
