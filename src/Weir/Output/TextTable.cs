using System.Text;

namespace Weir.Output;

/// <summary>
/// A table for a terminal of <see cref="MaxWidth"/> columns: every column as wide as its widest cell, numbers to the right.
/// When that is too wide, the widest column gives way and long cells end in an ellipsis.
/// </summary>
internal sealed class TextTable(params string[] headings)
{
    public const int MaxWidth = 100;

    private const int GapColumns = 2;

    // A cell cut shorter than this says nothing.
    private const int MinCutWidth = 8;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public string Write()
    {
        int[] widths = Widths();
        bool[] areNumbers = [.. headings.Select((_, column) => _rows.Count > 0 && _rows.All(row => IsNumber(row[column])))];
        var text = new StringBuilder();
        WriteRow(text, headings, widths, areNumbers);
        foreach (string[] row in _rows)
        {
            WriteRow(text, row, widths, areNumbers);
        }

        return text.ToString();
    }

    private int[] Widths()
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        for (int excess; (excess = widths.Sum() + (GapColumns * (widths.Length - 1)) - MaxWidth) > 0;)
        {
            int widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= MinCutWidth)
            {
                break;
            }

            int second = widths.Where((_, column) => column != widest).DefaultIfEmpty(0).Max();
            widths[widest] = Math.Max(Math.Max(MinCutWidth, widths[widest] - excess), Math.Min(second, widths[widest] - 1));
        }

        return widths;
    }

    private static void WriteRow(StringBuilder text, string[] cells, int[] widths, bool[] areNumbers)
    {
        var line = new StringBuilder();
        for (int column = 0; column < cells.Length; column++)
        {
            string cell = cells[column].Length <= widths[column]
                ? cells[column]
                : string.Concat(cells[column].AsSpan(0, widths[column] - 1), "…");
            line.Append(column == 0 ? "" : new string(' ', GapColumns));
            line.Append(areNumbers[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
        }

        text.Append(line.ToString().TrimEnd()).Append('\n');
    }

    // An address has more dots than a number.
    private static bool IsNumber(string cell) => cell.All(static c => char.IsAsciiDigit(c) || c is ',' or '.' or '<') && cell.Count(static c => c == '.') <= 1;
}
