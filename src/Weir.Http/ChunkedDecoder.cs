using System.Diagnostics;

namespace Weir.Http;

/// <summary>
/// Takes the chunked transfer coding off a body as its bytes come in, at any boundaries. Owned by the connection, one for
/// each body; <c>default</c> is the state before one. It never copies data, and is strict about line ends, by which
/// requests are smuggled. Source: RFC 9112 §7.1.
/// </summary>
public struct ChunkedDecoder
{
    private State _state;
    private byte _sizeDigits;
    private int _extensionBytes;
    private int _overheadBytes;
    private TrailerScanner _trailers;
    private long _remaining;

    private enum State : byte
    {
        Size,
        AfterSize,
        Extension,
        SizeLineLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
        Complete,
        Malformed,
    }

    public ChunkedFault Fault { get; private set; }

    /// <summary>Bytes of data that the current chunk still has.</summary>
    public readonly long ChunkRemainingBytes => _state == State.Data ? _remaining : 0;

    /// <summary>
    /// Goes on decoding. Bytes not consumed must be there again at the next call, with more behind them: that happens
    /// for trailers only, which are consumed in one piece of at most <see cref="HttpLimits.TrailerBytes"/>.
    /// </summary>
    public ChunkedStep Decode(ReadOnlySpan<byte> input)
    {
        int position = 0;
        while (true)
        {
            switch (_state)
            {
                case State.Data:
                    return TakeData(input, position);
                case State.Trailers:
                    return TakeTrailers(input, position);
                case State.Complete:
                    return new ChunkedStep(ChunkedStatus.Complete, position, position, 0);
                case State.Malformed:
                    return new ChunkedStep(ChunkedStatus.Malformed, position, 0, 0);
                default:
                    if (position == input.Length)
                    {
                        return new ChunkedStep(ChunkedStatus.NeedMore, position, 0, 0);
                    }

                    TakeLineByte(input[position++]);
                    break;
            }
        }
    }

    // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
    private void TakeLineByte(byte character)
    {
        switch (_state)
        {
            case State.Size:
                TakeSizeDigit(character);
                break;
            case State.AfterSize:
                TakeAfterSize(character);
                break;
            case State.Extension:
                TakeExtension(character);
                break;
            case State.SizeLineLf:
                EndSizeLine(character);
                break;
            case State.DataCr:
                Expect(character, '\r', State.DataLf, ChunkedFault.MissingDataEnd);
                break;
            default:
                Debug.Assert(_state == State.DataLf, "the other states take more than a byte");
                Expect(character, '\n', State.Size, ChunkedFault.MissingDataEnd);
                break;
        }
    }

    private void TakeSizeDigit(byte character)
    {
        int digit = HexDigit(character);
        if (digit < 0)
        {
            if (_sizeDigits == 0)
            {
                Fail(ChunkedFault.MissingSize);
                return;
            }

            _state = State.AfterSize;
            TakeAfterSize(character);
            return;
        }

        if (++_sizeDigits > HttpLimits.ChunkSizeDigits || _remaining > long.MaxValue >> 4)
        {
            Fail(ChunkedFault.SizeTooLarge);
            return;
        }

        _remaining = (_remaining << 4) | (uint)digit;
    }

    // Blanks may stand before ";" (RFC 9112 §7.1.1), and some servers pad the size with them.
    private void TakeAfterSize(byte character)
    {
        switch (character)
        {
            case (byte)'\r':
                _state = State.SizeLineLf;
                break;
            case (byte)'\n':
                Fail(ChunkedFault.BareLineEnd);
                break;
            case (byte)' ' or (byte)'\t':
                CountExtension();
                break;
            case (byte)';':
                _state = State.Extension;
                CountExtension();
                break;
            default:
                Fail(ChunkedFault.BadSizeLine);
                break;
        }
    }

    private void TakeExtension(byte character)
    {
        if (character == '\r')
        {
            _state = State.SizeLineLf;
        }
        else if (character == '\n')
        {
            Fail(ChunkedFault.BareLineEnd);
        }
        else if (character is < 0x20 and not (byte)'\t' or 0x7F)
        {
            Fail(ChunkedFault.BadExtension);
        }
        else
        {
            CountExtension();
        }
    }

    private void CountExtension()
    {
        if (++_extensionBytes > HttpLimits.ChunkExtensionBytes)
        {
            Fail(ChunkedFault.ExtensionTooLong);
        }
    }

    private void EndSizeLine(byte character)
    {
        if (!Expect(character, '\n', _remaining > 0 ? State.Data : State.Trailers, ChunkedFault.BareLineEnd))
        {
            return;
        }

        // In 64 bits: the size may be as large as a length can be.
        long earned = HttpLimits.ChunkOverheadAllowanceBytes + (Math.Min(_remaining, int.MaxValue) * 2);
        long overhead = _overheadBytes + _sizeDigits + _extensionBytes - earned;
        _overheadBytes = (int)Math.Max(overhead, 0);
        _sizeDigits = 0;
        _extensionBytes = 0;
        if (_overheadBytes > HttpLimits.ChunkOverheadBytes)
        {
            Fail(ChunkedFault.TooMuchOverhead);
        }
    }

    private bool Expect(byte character, char expected, State next, ChunkedFault otherwise)
    {
        if (character != expected)
        {
            Fail(otherwise);
            return false;
        }

        _state = next;
        return true;
    }

    private ChunkedStep TakeData(ReadOnlySpan<byte> input, int position)
    {
        int length = (int)Math.Min(_remaining, input.Length - position);
        if (length == 0)
        {
            return new ChunkedStep(ChunkedStatus.NeedMore, position, 0, 0);
        }

        _remaining -= length;
        if (_remaining == 0)
        {
            _state = State.DataCr;
        }

        return new ChunkedStep(ChunkedStatus.Data, position + length, position, length);
    }

    // trailer-section = *( field-line CRLF ), and the CRLF that ends the body.
    private ChunkedStep TakeTrailers(ReadOnlySpan<byte> input, int position)
    {
        ReadOnlySpan<byte> section = input[position..];
        if (_trailers.TryFindEnd(section, out ChunkedFault fault))
        {
            _state = State.Complete;
            int lines = _trailers.LinesBytes;
            return new ChunkedStep(ChunkedStatus.Complete, position + lines + 2, position, lines);
        }

        if (fault == ChunkedFault.None)
        {
            return new ChunkedStep(ChunkedStatus.NeedMore, position, 0, 0);
        }

        Fail(fault);
        return new ChunkedStep(ChunkedStatus.Malformed, position, 0, 0);
    }

    private void Fail(ChunkedFault fault)
    {
        Fault = fault;
        _state = State.Malformed;
    }

    private static int HexDigit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
