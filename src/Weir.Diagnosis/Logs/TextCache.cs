using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// Makes strings of a log's texts, and gives the same one again for the same bytes, as far as it remembers: most of a log's
/// texts are few. Owned by one parser; it forgets, so that it stays small.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 256;

    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    /// <summary>The text of bytes, cut where it is long; what is no UTF-8 becomes U+FFFD.</summary>
    public string Text(ReadOnlySpan<byte> bytes)
    {
        bytes = Cut(bytes);
        ref var slot = ref _slots[(int)ByteHash.Of(bytes) & (Slots - 1)];
        if (slot.Text is null || !bytes.SequenceEqual(slot.Bytes))
            slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));

        return slot.Text;
    }

    public string? TextOrNull(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : Text(bytes);

    /// <summary>The same of what hardly comes twice.</summary>
    public static string Single(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(Cut(bytes));

    public static string? SingleOrNull(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : Single(bytes);

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, LogPipelineLimits.DetailTextBytes)];
}
