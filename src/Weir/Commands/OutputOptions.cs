using System.CommandLine;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`--format` and `--json`, which every command has.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "text|json",
        Description = "for people or for programs (text)",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "the same as --format json", Recursive = true };

    public OutputOptions() => _format.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command root)
    {
        root.Options.Add(_format);
        root.Options.Add(_json);
    }

    public OutputFormat Read(ParseResult result) =>
        result.GetValue(_json) || result.GetValue(_format) == "json" ? OutputFormat.Json : OutputFormat.Text;

    public MessageWriter Messages(ParseResult result) => new(Console.Error, Read(result));
}
