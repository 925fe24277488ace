using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Weir.Diagnosing;

/// <summary>
/// How JSON for programs is written: a hostile text stays whole and does nothing, wherever the JSON is shown or embedded.
/// The one place for it; the report and the lines of `--each` are both written so.
/// </summary>
internal static class JsonText
{
    // Everything else, such as tags, escape sequences, directional controls and halves of characters, becomes \uXXXX.
    private static readonly JavaScriptEncoder _encoder = CreateEncoder();

    public static JsonWriterOptions Indented { get; } = new() { Encoder = _encoder, Indented = true, NewLine = "\n" };

    public static JsonWriterOptions OneLine { get; } = new() { Encoder = _encoder };

    /// <summary>A number, or null for what JSON has no word for.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static JavaScriptEncoder CreateEncoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement);
        settings.ForbidCharacter('\u00AD');
        settings.AllowCharacters('–', '—', '…', '→', '×', '≤', '≥', '’', '“', '”', '†', '·');
        return JavaScriptEncoder.Create(settings);
    }
}
