using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>What a target sent that nobody had asked for: how much, and the first of it. Owned by whoever waits.</summary>
internal sealed class Unasked
{
    private readonly byte[] _first = new byte[ProbeLimits.FarewellBytes];
    private int _kept;

    public long Bytes { get; private set; }

    /// <summary>Fit to be shown; empty if there is none.</summary>
    public string FirstLine
    {
        get
        {
            ReadOnlySpan<byte> kept = _first.AsSpan(0, _kept);
            int end = kept.IndexOfAny((byte)'\r', (byte)'\n');
            return PrintableText.Of(Encoding.Latin1.GetString(end < 0 ? kept : kept[..end]));
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> fitting = bytes[..Math.Min(bytes.Length, _first.Length - _kept)];
        fitting.CopyTo(_first.AsSpan(_kept));
        _kept += fitting.Length;
        Bytes += bytes.Length;
    }
}
