namespace Weir.Fuzz.Engine;

/// <summary>The wire inputs under tests/wire, as they lie beside the program. It only reads.</summary>
internal static class Corpus
{
    public static IReadOnlyList<string> Files(string folder)
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "wire", folder));
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    public static IReadOnlyList<byte[]> Read(string folder) => [.. Files(folder).Select(File.ReadAllBytes)];
}
