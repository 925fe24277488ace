using System.Globalization;
using System.Net;
using System.Text;

namespace Weir.Diagnosing.Page;

/// <summary>
/// Writes HTML and SVG, an element at a time. Names of elements and attributes are ours; every text and every value of an
/// attribute goes through <see cref="Encoded"/>, the one place where words of a log become harmless on a page.
/// </summary>
internal sealed class HtmlWriter
{
    // A sentence of ours with values of the log in it.
    private const int MaxText = 800;

    private readonly StringBuilder _html = new();
    private readonly Stack<string> _open = new();

    public HtmlWriter Open(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        WriteTag(element, attributes).Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public HtmlWriter Close()
    {
        _html.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>An element that has no end tag.</summary>
    public HtmlWriter Void(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        WriteTag(element, attributes).Append('>');
        return this;
    }

    /// <summary>An element with a text.</summary>
    public HtmlWriter Element(string element, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(element, attributes).Text(text).Close();

    /// <summary>A shape of an SVG.</summary>
    public HtmlWriter Shape(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        WriteTag(element, attributes).Append("/>");
        return this;
    }

    public HtmlWriter Text(string text)
    {
        _html.Append(Encoded(text));
        return this;
    }

    /// <summary>Between blocks, for whoever reads the source.</summary>
    public HtmlWriter Line()
    {
        _html.Append('\n');
        return this;
    }

    /// <summary>Text of this program, as it is: the style sheet and the doctype. Never a word of a log.</summary>
    public HtmlWriter Own(string constant)
    {
        _html.Append(constant);
        return this;
    }

    public override string ToString() => _html.ToString();

    /// <summary>A number of CSS pixels or percent.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Percent(double share) => Number(share * 100) + "%";

    private StringBuilder WriteTag(string element, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _html.Append('<').Append(element);
        foreach ((string name, string value) in attributes)
        {
            _html.Append(' ').Append(name).Append("=\"").Append(Encoded(value)).Append('"');
        }

        return _html;
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(InertText.Of(text, MaxText));
}
