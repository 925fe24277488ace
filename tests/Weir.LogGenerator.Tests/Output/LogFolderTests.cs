using System.IO.Compression;
using System.Text.RegularExpressions;
using Weir.LogGenerator.Output;
using Weir.LogGenerator.Scenarios;

namespace Weir.LogGenerator.Tests.Output;

public sealed partial class LogFolderTests
{
    [GeneratedRegex(@"/AWSLogs/\d{12}/elasticloadbalancing/eu-west-1/\d{4}/\d\d/\d\d/\d{12}_elasticloadbalancing_eu-west-1_app\.\w+\.[0-9a-f]{16}_(?<end>\d{8}T\d\d[0-5][05]Z)_(?<ip>[\d.]+)_[a-z0-9]{8}\.log\.gz$")]
    private static partial Regex Name();

    [Fact]
    public void Write_Gzip_HasEachLineInItsNodesFileOfFiveMinutes()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            GeneratedLog log = Mixture.Generate(4, new GenerationOptions { Requests = 1_000 });
            new LogFolder(log, LogLayout.Fields36, gzip: true).Write(folder);

            string[] files = Directory.GetFiles(folder, "*.gz", SearchOption.AllDirectories);
            Assert.Equal(log.Lines().Order(StringComparer.Ordinal), files.SelectMany(LinesOf).Order(StringComparer.Ordinal));
            Assert.Equal(log.Truth.Count, File.ReadAllLines(Path.Combine(folder, "truth.jsonl")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] LinesOf(string file)
    {
        Match name = Name().Match(file.Replace('\\', '/'));
        Assert.True(name.Success, file);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        string[] lines = reader.ReadToEnd().TrimEnd('\n').Split('\n');
        Assert.All(lines.Select(line => new LogLine(line)), line =>
        {
            Assert.Equal(name.Groups["ip"].Value, line.Node);
            DateTime end = line.End.AddTicks(-(line.End.Ticks % TimeSpan.FromMinutes(5).Ticks)).AddMinutes(5);
            Assert.Equal(name.Groups["end"].Value, $"{end:yyyyMMdd'T'HHmm'Z'}");
        });
        return lines;
    }
}
