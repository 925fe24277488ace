namespace Weir.Http.Http2.Messages;

/// <summary>
/// How far the message that comes on a stream is: a head (after interim ones, in a response), DATA, perhaps trailers;
/// and whether DATA comes to what Content-Length says. Owned by a stream; <c>default</c> is the state before the
/// message. Source: RFC 9113 §8.1, §8.1.1.
/// </summary>
public struct MessageProgress
{
    private bool _hasHead;
    private bool _isCounted;
    private long _remainingBytes;

    /// <summary>
    /// HEADERS has come, before its field block is decoded. <paramref name="isTrailers"/> says what it will be.
    /// </summary>
    public readonly MessageFault BeginFieldBlock(bool isEndStream, out bool isTrailers)
    {
        isTrailers = _hasHead;
        return isTrailers && !isEndStream ? MessageFault.TrailersWithoutEnd : MessageFault.None;
    }

    /// <summary>The head of a request.</summary>
    public void EndHead(RequestHead head) => EndHead(head.Framing);

    /// <summary>The head of a response; after an interim one another is awaited.</summary>
    public void EndHead(ResponseHead head)
    {
        if (!head.IsInterim)
        {
            EndHead(head.Framing);
        }
    }

    /// <summary>The trailers have been read, and with them the stream ends.</summary>
    public readonly MessageFault EndTrailers() => EndOfStream();

    /// <summary>DATA has come, without its padding.</summary>
    public MessageFault Data(int contentBytes, bool isEndStream)
    {
        if (!_hasHead)
        {
            return MessageFault.DataBeforeHead;
        }

        _remainingBytes -= contentBytes;
        if (_isCounted && _remainingBytes < 0)
        {
            return MessageFault.ContentLengthDiffers;
        }

        return isEndStream ? EndOfStream() : MessageFault.None;
    }

    private void EndHead(BodyFraming framing)
    {
        _hasHead = true;
        _isCounted = framing.Kind is BodyKind.Length or BodyKind.None;
        _remainingBytes = framing.LengthBytes;
    }

    private readonly MessageFault EndOfStream() =>
        _isCounted && _remainingBytes != 0 ? MessageFault.ContentLengthDiffers : MessageFault.None;
}
