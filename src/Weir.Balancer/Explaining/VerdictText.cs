using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Weir.Balancer;

/// <summary>
/// The words of one verdict while they are put together, in ASCII. Owned by one line writer and used again for each line;
/// it never allocates, and what does not fit is left out.
/// </summary>
internal sealed class VerdictText
{
    private readonly byte[] _bytes = new byte[ExplainLimits.VerdictBytes];
    private int _length;
    private int _said;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _said);

    private Span<byte> Free => _bytes.AsSpan(_length);

    public void Clear() => _length = _said = 0;

    /// <summary>Adds a sentence, after a space if it is not the first.</summary>
    public void Say([InterpolatedStringHandlerArgument("")] Sentence sentence)
    {
        // The handler has written it already when this is called.
        _ = sentence;
        _said = _length;
    }

    private void Append(ReadOnlySpan<char> ascii)
    {
        Ascii.FromUtf16(ascii[..Math.Min(ascii.Length, Free.Length)], Free, out int written);
        _length += written;
    }

    private void Append(ReadOnlySpan<byte> ascii)
    {
        ascii = ascii[..Math.Min(ascii.Length, Free.Length)];
        ascii.CopyTo(Free);
        _length += ascii.Length;
    }

    private void Append(long number)
    {
        number.TryFormat(Free, out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>What the compiler makes of an interpolated string: its parts, written straight into the text.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Sentence
    {
        private readonly VerdictText _text;

        // The form that the compiler calls; nothing needs to be reserved.
        public Sentence(int literalLength, int formattedCount, VerdictText text)
        {
            _ = literalLength + formattedCount;
            _text = text;
            if (text._length > 0)
            {
                text.Append(" ");
            }
        }

        public void AppendLiteral(string literal) => _text.Append(literal.AsSpan());

        public void AppendFormatted(string word) => _text.Append(word.AsSpan());

        public void AppendFormatted(ReadOnlySpan<byte> ascii) => _text.Append(ascii);

        public void AppendFormatted(long number) => _text.Append(number);

        /// <summary><c>0.412 ms</c>, <c>43 ms</c>, <c>5.998 s</c>, <c>60 s</c></summary>
        public void AppendFormatted(Duration duration)
        {
            long micros = duration.Micros;
            if (micros >= 1_000_000)
            {
                Append(micros / 1_000_000, micros % 1_000_000 / 1_000);
                _text.Append(" s");
            }
            else if (micros >= 10_000)
            {
                _text.Append(micros / 1_000);
                _text.Append(" ms");
            }
            else
            {
                Append(micros / 1_000, micros % 1_000);
                _text.Append(" ms");
            }
        }

        private void Append(long whole, long thousandths)
        {
            _text.Append(whole);
            if (thousandths == 0)
            {
                return;
            }

            _text.Append(thousandths < 10 ? ".00" : thousandths < 100 ? ".0" : ".");
            while (thousandths % 10 == 0)
            {
                thousandths /= 10;
            }

            _text.Append(thousandths);
        }
    }
}
