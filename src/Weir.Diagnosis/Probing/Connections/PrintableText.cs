namespace Weir.Diagnosis.Probing;

/// <summary>Makes what a peer sent fit to be shown: printable ASCII of a bounded length.</summary>
internal static class PrintableText
{
    private const int MaxCharacters = 80;

    public static string Of(string text)
    {
        string shown = text.Length <= MaxCharacters ? text : text[..MaxCharacters];
        return string.Create(shown.Length, shown, static (buffer, source) =>
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
    }
}
