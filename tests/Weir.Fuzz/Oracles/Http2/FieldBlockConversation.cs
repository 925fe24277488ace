using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// Field blocks, each behind a byte that says its length. What was decoded is encoded and decoded again, on a connection
/// of its own, and must be the same.
/// </summary>
internal sealed class FieldBlockConversation : IConversation
{
    // Small, so that short inputs reach it.
    private const int SectionBytes = 1024;
    private const int SectionFields = 12;

    private readonly StringBuilder _log = new();
    private readonly HpackDecoder _decoder = new();
    private readonly FieldBlocks _blocks;
    private readonly HpackEncoder _encoder = new();
    private readonly FieldBlocks _again = new(new HpackDecoder(), new FieldSection());
    private int _blockBytes;
    private bool _ended;

    public FieldBlockConversation()
    {
        _blocks = new FieldBlocks(_decoder, new FieldSection(SectionBytes, SectionFields));
    }

    public string? Fault { get; private set; }

    public string Log => $"{_log}{_decoder.Fault} {_decoder.TableCount} {_decoder.TableBytes}";

    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0 && !_ended)
        {
            if (_blockBytes == 0)
            {
                _blockBytes = piece[0];
                piece = piece[1..];
                if (_blockBytes > 0)
                {
                    continue;
                }
            }

            int length = Math.Min(_blockBytes, piece.Length);
            _blockBytes -= length;
            Take(_blocks.Feed(piece[..length], isLast: _blockBytes == 0));
            piece = piece[length..];
        }
    }

    private void Take(HpackStatus status)
    {
        _ended = status == HpackStatus.Failed;
        if (_decoder.TableBytes > Http2Limits.HeaderTableBytes || _blocks.Section.Count > SectionFields
            || _blocks.Section.SizeBytes > SectionBytes || _blocks.LargestBufferBytes > 32 * 1024)
        {
            Fault ??= $"over a limit: {_decoder.TableBytes}, {_blocks.Section.Count}, {_blocks.Section.SizeBytes}, {_blocks.LargestBufferBytes}";
        }

        if (status == HpackStatus.Complete)
        {
            _log.Append(_blocks.Text()).Append('\n');
            CheckAgain(_blocks.Section);
        }
    }

    private void CheckAgain(FieldSection section)
    {
        FieldBlockWriter writer = new(_encoder, new byte[16 * 1024]);
        for (int index = 0; index < section.Count; index++)
        {
            if (!writer.TryAppend(section.Name(index), section[index], section.Value(index)))
            {
                Fault ??= "a small field did not fit";
                return;
            }
        }

        if (_again.Feed(writer.Written, isLast: true) != HpackStatus.Complete || _again.Section.Count != section.Count)
        {
            Fault ??= $"what was encoded is {Convert.ToHexString(writer.Written)}";
            return;
        }

        for (int index = 0; index < section.Count; index++)
        {
            bool isSame = _again.Section.Value(index).SequenceEqual(section.Value(index))
                && (!Ascii.IsValid(section.Name(index)) || Ascii.EqualsIgnoreCase(_again.Section.Name(index), section.Name(index)));
            Fault ??= isSame ? null : $"field {index} became another";
        }
    }
}
