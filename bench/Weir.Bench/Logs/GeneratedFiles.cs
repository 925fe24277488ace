using System.IO.Compression;
using Weir.LogGenerator.Output;

namespace Weir.Bench.Logs;

/// <summary>The same lines as a plain file and as gzip, in a folder that goes with them; owned by one run.</summary>
internal sealed class GeneratedFiles : IDisposable
{
    private const int Targets = 20;
    private const int Urls = 1_000;
    private const int Seed = 1;
    private const int CopyBytes = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("weir-bench-").FullName;
    private readonly bool _keep;

    public GeneratedFiles(long lines, bool keep)
    {
        _keep = keep;
        string plain = PathOf("alb.log"), gzip = PathOf("alb.log.gz");
        using (FileStream output = File.Create(plain)) new LogStream(Targets, Urls, Seed).Write(output, lines);

        // Read here once, and so in the page cache.
        using (FileStream input = File.OpenRead(plain))
        using (var output = new GZipStream(File.Create(gzip), CompressionLevel.Optimal))
            input.CopyTo(output, CopyBytes);

        long textBytes = new FileInfo(plain).Length;
        Forms = [new LogFile("plain", plain, textBytes, textBytes), new LogFile("gzip", gzip, textBytes, new FileInfo(gzip).Length)];
    }

    public IReadOnlyList<LogFile> Forms { get; }

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        if (_keep) Console.Error.WriteLine($"kept: {_folder}");
        else Directory.Delete(_folder, recursive: true);
    }
}
