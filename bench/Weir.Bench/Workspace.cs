using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Bench;

/// <summary>A temporary folder with generated configurations, bodies and logs; owned by one run, which removes it.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _templates;
    private readonly bool _keep;

    public Workspace(string templates, bool keep)
    {
        _templates = Path.GetFullPath(templates);
        _keep = keep;
        Folder = Directory.CreateTempSubdirectory("weir-bench-").FullName;
        string www = Directory.CreateDirectory(Path.Combine(Folder, "www")).FullName;
        File.WriteAllBytes(Path.Combine(www, "64k"), Body(64 * 1024));
        File.WriteAllBytes(Path.Combine(www, "1m"), Body(1024 * 1024));
    }

    public string Folder { get; }

    public string WrkScript => Path.Combine(_templates, "wrk.lua");

    public static string SmallBody { get; } = Encoding.ASCII.GetString(Body(128));

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Fills in a template; a placeholder that is left over is an error of ours, not of the reader.</summary>
    public string Generate(string template, string fileName, IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder(File.ReadAllText(Path.Combine(_templates, template)));
        text.Replace("{{folder}}", Folder);
        foreach ((string key, string value) in values) text.Replace("{{" + key + "}}", value);
        string result = text.ToString();
        int left = result.IndexOf("{{", StringComparison.Ordinal);
        if (left >= 0) throw new InvalidOperationException($"{template}: no value for {result.AsSpan(left, Math.Min(40, result.Length - left))}");
        string path = PathOf(fileName);
        File.WriteAllText(path, result);
        return path;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (_keep) Console.Error.WriteLine($"kept: {Folder}");
        else Directory.Delete(Folder, recursive: true);
    }

    private static byte[] Body(int bytes)
    {
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) body[i] = (byte)('a' + (i % 26));
        return body;
    }
}
