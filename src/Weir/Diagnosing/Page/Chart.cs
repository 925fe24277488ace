using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>
/// The frame that the charts share. Across, everything is in percent, so that the same chart fits a wide screen and a
/// telephone and its words keep their size; labels of heights stand inside the frame, on their lines.
/// </summary>
internal static class Chart
{
    public const int Height = 232;

    /// <summary>Above the highest value, for what the heights are and the label on the highest line.</summary>
    public const int Top = 34;

    /// <summary>The base line of the words between what the heights are and the highest line.</summary>
    public const int NoteLine = 27;

    private const int Bottom = 40;

    // Base lines: of what the heights are, of the labels below the picture, and of what those are, from the bottom.
    private const int TitleLine = 11, LabelsFromBottom = 22, TitleFromBottom = 5;

    /// <summary>What stands between the lowest and the highest value, pixels.</summary>
    public const int PlotHeight = Height - Top - Bottom;

    // More would touch each other on a telephone.
    private const int Ticks = 2;

    /// <summary>Opens a figure and its picture; close both.</summary>
    public static void Open(HtmlWriter html, string caption, string description) => html
        .Open("figure").Element("figcaption", caption)
        .Open("svg", ("class", "chart"), ("role", "img"), ("aria-label", description), ("height", Number(Height)));

    /// <summary>A height from a share of the highest value.</summary>
    public static double Y(double share) => Top + (PlotHeight * (1 - Math.Clamp(share, 0, 1)));

    public static void GridLine(HtmlWriter html, double share) => html.Shape(
        "line", ("class", share == 0 ? "base" : "grid"), ("x1", "0"), ("x2", "100%"), ("y1", Number(Y(share))), ("y2", Number(Y(share))));

    /// <summary>What a line stands for; written after the values, so that none of them hides it.</summary>
    public static void LineLabel(HtmlWriter html, double share, string label) =>
        html.Element("text", label, ("class", "height"), ("x", "0"), ("y", Number(Y(share) - 4)));

    /// <summary>A label below the chart; the first and the last stay within it.</summary>
    public static void AxisLabel(HtmlWriter html, double share, string label) => html.Element(
        "text", label,
        ("x", Percent(share)), ("y", Number(Height - LabelsFromBottom)),
        ("text-anchor", share < 0.08 ? "start" : share > 0.92 ? "end" : "middle"));

    /// <summary>What is told upwards and across.</summary>
    public static void AxisTitles(HtmlWriter html, string upwards, string across) => html
        .Element("text", $"↑ {upwards}", ("class", "axis"), ("x", "0"), ("y", Number(TitleLine)))
        .Element("text", $"{across} →", ("class", "axis"), ("x", "100%"), ("y", Number(Height - TitleFromBottom)), ("text-anchor", "end"));

    /// <summary>What marks of a chart mean: of each the shape, its class and the words.</summary>
    public static void Legend(HtmlWriter html, IEnumerable<(bool IsLine, string Class, string Text)> marks)
    {
        html.Open("ul", ("class", "legend"));
        foreach ((bool isLine, string name, string text) in marks)
        {
            html.Open("li").Open("svg", ("aria-hidden", "true"), ("viewBox", "0 0 12 12"));
            if (isLine)
            {
                html.Shape("line", ("class", name), ("x1", "0"), ("x2", "12"), ("y1", "6"), ("y2", "6"));
            }
            else
            {
                html.Shape("rect", ("class", name), ("width", "12"), ("height", "12"), ("rx", "3"));
            }

            html.Close().Text(text).Close();
        }

        html.Close();
    }

    public static void TimeAxis(HtmlWriter html, DateTimeOffset from, DateTimeOffset to, ReportClock clock)
    {
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double share = (double)tick / Ticks;
            AxisLabel(html, share, clock.Tick(from + ((to - from) * share), to - from));
        }
    }

    /// <summary>The next of 1, 2, 5, 10, 20 … that is not below a value.</summary>
    public static double Ceiling(double value)
    {
        if (!(value > 0))
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * ((value / power) switch
        {
            <= 1.0000001 => 1,
            <= 2.0000001 => 2,
            <= 5.0000001 => 5,
            _ => 10,
        });
    }
}
