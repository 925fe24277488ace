using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// Where the fields of one line lie. Belongs to whoever parses, and is used again for line after line; what it gives are
/// pieces of the line, so it must not outlive the line's bytes.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It holds fields; it is no collection of the framework's kind.")]
public ref struct LogLineFields
{
    private FieldPlaces _ends;

    // Bit n: field n, counted from 0, begins where the one before it ends, with no space between.
    private ulong _joined;

    /// <summary>How many fields there are, up to <see cref="LogReadingLimits.Fields"/>.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>A field by its number in the guide, from 1, with its quotes; empty where the line has fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ReadOnlySpan<byte> Raw(int number)
    {
        int index = number - 1;
        if ((uint)index >= (uint)Count)
            return [];

        int start = index == 0 ? 0 : _ends[index - 1] + 1 - (int)((_joined >> index) & 1);
        return Line[start.._ends[index]];
    }

    /// <summary>A field without its quotes; empty where the line has fewer.</summary>
    public readonly ReadOnlySpan<byte> Text(int number)
    {
        var raw = Raw(number);
        return raw is [(byte)'"', .. var text, (byte)'"'] ? text : raw;
    }

    /// <summary>A field without its quotes; empty where the line has fewer, or has <c>-</c>.</summary>
    public readonly ReadOnlySpan<byte> Value(int number)
    {
        var text = Text(number);
        return text is [(byte)'-'] ? [] : text;
    }

    /// <summary>
    /// Takes a text's first line, and finds the fields of one whose quotes are as they should be: in pairs, and none within. False
    /// where a quote follows a backslash or a pair is incomplete. Fast: it looks at 64 bytes at a time.
    /// </summary>
    /// <param name="text">Whole lines, the last of which may lack its line feed.</param>
    /// <param name="end">Where the line's feed is, or the end of the text.</param>
    internal bool TryFind(ReadOnlySpan<byte> text, out int end)
    {
        bool isFound = FieldScanner.TryScan(text, _ends, out int count, out end);
        Line = text[..end] is [.. var line, (byte)'\r'] ? line : text[..end];
        _joined = 0;
        Count = count;
        if (count > 0)
            _ends[count - 1] = Math.Min(_ends[count - 1], Line.Length);

        return isFound;
    }

    /// <summary>Finds the fields of the line that was taken, whose quotes are odd, by one of two readings of them.</summary>
    internal bool TryFind(QuoteReading reading)
    {
        bool isFound = OddFieldScanner.TryScan(Line, reading, _ends, out int count, out _joined);
        Count = count;
        return isFound;
    }
}
