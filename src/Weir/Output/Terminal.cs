using System.Globalization;

namespace Weir.Output;

/// <summary>
/// The terminal that a long command writes to: results on standard output, and on standard error one line that says what
/// is going on and is gone when the next result comes. Where there is no terminal there are no colours, and what is going
/// on is written plainly. Owned by one command; may be called on any thread.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter errors, bool hasColours, bool hasTransientLine, int width)
{
    private const string ClearLine = "\r\u001b[2K";

    private readonly Lock _lock = new();
    private bool _hasStatus;

    /// <summary>Columns that a line may take.</summary>
    public int Width => width;

    public bool HasTransientLine => hasTransientLine;

    // Source: no-color.org: set and not empty, whatever its value.
    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        !Console.IsErrorRedirected && !Console.IsOutputRedirected,
        WidthOfProcess());

    public string Bold(string text) => Styled("1", text);

    public string Dim(string text) => Styled("2", text);

    public string Red(string text) => Styled("31", text);

    public string Green(string text) => Styled("32", text);

    public void WriteLine(string text = "")
    {
        lock (_lock)
        {
            ClearStatus();
            output.WriteLine(text);
            output.Flush();
        }
    }

    /// <summary>What is going on now: replaces what was going on before.</summary>
    public void Status(string text)
    {
        lock (_lock)
        {
            if (!hasTransientLine)
            {
                errors.WriteLine(text);
                return;
            }

            ClearStatus();
            // Some terminals say 0, such as a serial line: they do not know. A narrow one is believed, or the line would not go.
            int columns = width > 0 ? width : TextTable.MaxWidth;
            errors.Write(text.Length < columns ? text : text[..(columns - 1)]);
            errors.Flush();
            _hasStatus = true;
        }
    }

    public void ClearStatus()
    {
        lock (_lock)
        {
            if (_hasStatus)
            {
                errors.Write(ClearLine);
                errors.Flush();
                _hasStatus = false;
            }
        }
    }

    private static int WidthOfProcess()
    {
        const int MinWidth = 60;
        int width = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        // Whoever reads a pipe says it so, as to other programs.
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked))
        {
            width = asked;
        }

        return width < MinWidth ? TextTable.MaxWidth : width;
    }

    private string Styled(string code, string text) => hasColours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
