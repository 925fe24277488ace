using CsCheck;
using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Hpack;

public sealed class HpackPropertyTests
{
    // Few names and values, so that they come again; and some that are long, so that entries are dropped.
    private static readonly Gen<string> _name = Gen.OneOf(
        Gen.Int[1, StaticTable.Count].Select(index => Wire.Text(StaticTable.Name(index))),
        Gen.Int[0, 5].Select(number => "x-" + number),
        Gen.String[Gen.Char['a', 'z'], 0, 300]);

    private static readonly Gen<string> _value = Gen.OneOf(
        Gen.Int[1, StaticTable.Count].Select(index => Wire.Text(StaticTable.Value(index))),
        Gen.Int[0, 5].Select(number => new string('v', number * 200)),
        Gen.String[Gen.Char['\0', '\u00FF'], 0, 60]);

    private static readonly Gen<HpackIndexing> _indexing = Gen.Int[0, 5].Select(
        number => number < 4 ? HpackIndexing.Incremental : number == 4 ? HpackIndexing.Without : HpackIndexing.Never);

    private static readonly Gen<List<(string, string, HpackIndexing)>> _block =
        Gen.Select(_name, _value, _indexing).List[0, 20];

    [Fact]
    public void Fields_EncodedThenDecodedInAnyPieces_AreTheSame() =>
        Gen.Select(_block.List[1, 8], Gen.Int[1, 64], Gen.Int[0, 2]).Sample(
            (connection, pieceBytes, resize) =>
            {
                HpackEncoder encoder = new();
                HpackDecoder decoder = new();
                FieldBlocks blocks = new(decoder, new FieldSection());
                for (int number = 0; number < connection.Count; number++)
                {
                    if (resize > 0 && number % 3 == 1)
                    {
                        int limit = resize * 400;
                        decoder.ApplyLimit(limit);
                        encoder.ApplyPeerLimit((uint)limit);
                    }

                    FieldBlockWriter writer = new(encoder, new byte[64 * 1024]);
                    string expected = "";
                    foreach ((string name, string value, HpackIndexing indexing) in connection[number])
                    {
                        Assert.True(writer.TryAppend(Wire.Bytes(name), Wire.Bytes(value), indexing));
                        expected += $"{name}: {value}{(indexing == HpackIndexing.Never ? " (never)" : "")}\n";
                    }

                    if (resize > 0 && number % 3 == 1 && connection[number].Count == 0)
                    {
                        // Nothing was written, not even the size that is due; the next block says it.
                        return;
                    }

                    Assert.Equal(HpackStatus.Complete, blocks.Feed(writer.Written, pieceBytes));
                    Assert.Equal(expected, blocks.Text());
                    Assert.Equal((encoder.TableBytes, encoder.TableCount), (decoder.TableBytes, decoder.TableCount));
                }
            },
            iter: 2_000);

    [Fact]
    public void Block_SplitAtEveryByte_IsTheSame()
    {
        HpackEncoder encoder = new();
        FieldBlockWriter writer = new(encoder, new byte[4096]);
        Assert.True(writer.TryAppendStatus(418));
        Assert.True(writer.TryAppend("Content-Type"u8, "text/html; charset=utf-8"u8));
        Assert.True(writer.TryAppend("X-Long"u8, Wire.Bytes(new string('~', 200))));
        Assert.True(writer.TryAppend("Set-Cookie"u8, "a=b"u8));
        byte[] block = writer.Written.ToArray();
        for (int split = 0; split <= block.Length; split++)
        {
            FieldBlocks blocks = new(new HpackDecoder(), new FieldSection());
            Assert.Equal(HpackStatus.NeedMore, blocks.Feed(block.AsSpan(0, split), isLast: false));

            Assert.Equal(HpackStatus.Complete, blocks.Feed(block.AsSpan(split), isLast: true));
            Assert.Equal(
                $":status: 418\ncontent-type: text/html; charset=utf-8\nx-long: {new string('~', 200)}\nset-cookie: a=b (never)\n",
                blocks.Text());
        }
    }

    [Fact]
    public void Bytes_AtRandom_GiveTheSameInAnyPieces() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 20]).Sample(
            (block, pieceBytes) =>
            {
                HpackDecoder whole = new();
                HpackDecoder pieces = new();
                FieldBlocks first = new(whole, new FieldSection());
                FieldBlocks second = new(pieces, new FieldSection());

                Assert.Equal(first.Feed(block, isLast: true), second.Feed(block, pieceBytes));
                Assert.Equal(whole.Fault, pieces.Fault);
                Assert.Equal((whole.TableBytes, first.Text()), (pieces.TableBytes, second.Text()));
            },
            iter: 5_000);
}
