using System.Globalization;

namespace Weir.LogGenerator;

/// <summary>The words of the command line: a command, its name, and options with values. Knows nothing of what they mean.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    public Arguments(string[] args)
    {
        for (int index = 0; index < args.Length; index++)
        {
            if (!args[index].StartsWith("--", StringComparison.Ordinal)) _words.Add(args[index]);
            else if (index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal)) _options[args[index]] = args[++index];
            else _options[args[index]] = "";
        }
    }

    public string Word(int index) => index < _words.Count ? _words[index] : "";

    public bool Has(string option) => _options.ContainsKey(option);

    public string Text(string option, string otherwise) => _options.GetValueOrDefault(option, otherwise);

    /// <exception cref="FormatException">The value is no number.</exception>
    public double Number(string option, double otherwise) =>
        _options.TryGetValue(option, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
