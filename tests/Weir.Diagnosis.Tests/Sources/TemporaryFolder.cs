namespace Weir.Diagnosis.Tests.Sources;

/// <summary>A folder of its own for one test, gone with everything in it when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // Without links in it, so that what is found in it is found under the same path everywhere.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-sources-");

    public string Root => _folder.FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file, with the folders that lead to it, and gives its path.</summary>
    public string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public void Dispose() => _folder.Delete(recursive: true);
}
