using Weir.ControlPlane.Templates;
using Weir.Model;

namespace Weir.ControlPlane.Tests.Templates;

/// <summary>
/// Every file of tests/templates against its `.expected` twin: the definitions, or the messages. A first line of
/// `# with: parameter Name=Value` or `instance Id=HOST:PORT`, separated by semicolons, gives what flags would.
/// </summary>
public sealed class TemplateFileTests
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "templates");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(_folder)
        .Select(path => Path.GetFileName(path))
        .Where(name => !name.EndsWith(".expected", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_TemplateFile_GivesTheExpectedDefinitionsOrMessages(string name)
    {
        var text = File.ReadAllText(Path.Combine(_folder, name));
        var result = TemplateLoader.Load(text, Options(name, text));
        Assert.Equal(
            File.ReadAllText(Path.Combine(_folder, Path.GetFileNameWithoutExtension(name) + ".expected")), Render(result));
        Assert.Equal(result.Definition is null, !result.Errors.IsEmpty);
    }

    private static string Render(TemplateResult result) =>
        string.Concat(result.Errors.Select(error => $"error {error}\n"))
        + string.Concat(result.Warnings.Select(warning => $"warning {warning}\n"))
        + (result.Definition is { } definition ? DefinitionText.Render(definition) : "");

    private static TemplateOptions Options(string name, string text)
    {
        var parameters = new Dictionary<string, string>();
        var instances = new Dictionary<string, TargetEndpoint>();
        var first = text.Split('\n')[0];
        var given = first.StartsWith("# with: ", StringComparison.Ordinal) ? first[8..].Split("; ") : [];
        foreach (var item in given)
        {
            var (kind, rest) = (item.Split(' ', 2)[0], item.Split(' ', 2)[1].Split('=', 2));
            if (kind == "parameter")
            {
                parameters.Add(rest[0], rest[1]);
            }
            else
            {
                Assert.True(TargetEndpoint.TryParse(rest[1], out var endpoint));
                instances.Add(rest[0], endpoint);
            }
        }

        return new TemplateOptions { File = name, Parameters = parameters, Instances = instances };
    }
}
