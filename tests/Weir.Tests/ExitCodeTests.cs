using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Tests;

public sealed partial class ExitCodeTests
{
    [GeneratedRegex(@"^\| (?<code>\d+) \| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [Fact]
    public void Document_Table_HasEveryCodeAndNoOther()
    {
        IEnumerable<string> documented = Row().Matches(File.ReadAllText(DocumentPath()))
            .Select(static row => $"{row.Groups["code"].Value} {row.Groups["name"].Value}");

        Assert.Equal(
            Enum.GetNames<ExitCode>().Select(static name => string.Create(CultureInfo.InvariantCulture, $"{(int)Enum.Parse<ExitCode>(name)} {name}")),
            documented);
    }

    private static string DocumentPath()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("not inside the repository");
        }

        return Path.Combine(folder.FullName, "docs", "exit-codes.md");
    }
}
