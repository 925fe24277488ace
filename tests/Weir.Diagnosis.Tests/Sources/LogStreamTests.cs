using System.IO.Compression;
using System.Text;
using Weir.Diagnosis.Sources;
using ZstdSharp;

namespace Weir.Diagnosis.Tests.Sources;

public sealed class LogStreamTests
{
    private static readonly byte[] _text = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, 20_000).Select(static i => $"http 2026-11-24T00:00:{i % 60:00}.{i * 7919 % 1_000_000:000000}Z app/x/1 10.0.0.{i % 251}:{i}\n")));

    private static byte[] Gzip(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(text);
        return packed.ToArray();
    }

    private static byte[] Zstd(byte[] text)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(text).ToArray();
    }

    private static byte[] Pack(string format, byte[] text) => format switch { "gzip" => Gzip(text), "zstd" => Zstd(text), _ => text };

    private static (byte[] Text, LogDamage? Damage, long Stored) Read(byte[] stored, int bufferBytes = 64 * 1024)
    {
        using LogStream stream = LogStream.Of("the log", new TrickleStream(stored));
        using var text = new MemoryStream();
        byte[] buffer = new byte[bufferBytes];
        // What a buffer holds from before must not come out of a damaged stream.
        for (int read; (read = stream.Read(buffer)) > 0; buffer.AsSpan().Fill((byte)'\n')) text.Write(buffer, 0, read);
        return (text.ToArray(), stream.Damage, stream.StoredBytesRead);
    }

    [Theory]
    [InlineData("plain", 64 * 1024)]
    [InlineData("gzip", 64 * 1024)]
    [InlineData("gzip", 1_000_000)]
    [InlineData("gzip", 7)]
    [InlineData("zstd", 64 * 1024)]
    public void Text_OfEachFormat_IsWhole(string format, int bufferBytes)
    {
        byte[] stored = Pack(format, _text);
        (byte[] text, LogDamage? damage, long count) = Read(stored, bufferBytes);

        Assert.Equal(_text, text);
        Assert.Null(damage);
        Assert.Equal(stored.Length, count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Text_OfJoinedFiles_IsAllOfThem(string format)
    {
        byte[] joined = [.. Pack(format, _text), .. Pack(format, []), .. Pack(format, "last\n"u8.ToArray())];
        (byte[] text, LogDamage? damage, _) = Read(joined);

        Assert.Equal([.. _text, .. "last\n"u8], text);
        Assert.Null(damage);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Text_OfNothing_IsEmptyWithoutDamage(string format)
    {
        (byte[] text, LogDamage? damage, _) = Read(Pack(format, []));
        Assert.Empty(text);
        Assert.Null(damage);
    }

    [Fact]
    public void Text_ShorterThanAMagicNumber_IsPlain()
    {
        (byte[] text, LogDamage? damage, _) = Read([0x1f]);
        Assert.Equal([0x1f], text);
        Assert.Null(damage);
    }

    [Fact]
    public void Text_BehindASkippableFrameOfZstd_IsRead()
    {
        byte[] frame = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        (byte[] text, LogDamage? damage, _) = Read([.. frame, .. Zstd(_text)]);
        Assert.Equal(_text, text);
        Assert.Null(damage);
    }

    [Theory]
    [InlineData("gzip", 0.5)]
    [InlineData("gzip", 0.999)]
    [InlineData("zstd", 0.5)]
    public void Text_CutOff_IsReadToTheCut(string format, double share)
    {
        byte[] stored = Pack(format, _text);
        byte[] cut = stored[..(int)(stored.Length * share)];
        (byte[] text, LogDamage? damage, _) = Read(cut);

        Assert.NotNull(damage);
        Assert.True(damage.IsCut);
        Assert.Equal(cut.Length, damage.StoredBytes);
        Assert.Equal(text.Length, damage.ReadableBytes);
        Assert.InRange(text.Length, _text.Length * share * 0.8, _text.Length);
        Assert.Equal(_text[..text.Length], text);
        Assert.Contains("the log is cut off", damage.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Text_OfGzipWithoutItsEnd_IsAllThereAndCut(int missing)
    {
        byte[] stored = Gzip(_text);
        (byte[] text, LogDamage? damage, _) = Read(stored[..^missing]);

        Assert.Equal(_text, text);
        Assert.True(damage?.IsCut);
    }

    [Fact]
    public void Text_OfASmallGzipWithAWrongChecksum_IsAllThereAndDamaged()
    {
        byte[] line = "http one line\nhttp another\n"u8.ToArray();
        byte[] stored = Gzip(line);
        stored[^7] ^= 0xff;
        (byte[] text, LogDamage? damage, _) = Read(stored);

        Assert.Equal(line, text);
        Assert.False(damage?.IsCut);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Text_WithWrongBytes_EndsAtTheDamageAndNeverThrows(string format)
    {
        byte[] good = Pack(format, _text);
        for (int place = 16; place < good.Length; place += good.Length / 40)
        {
            byte[] stored = [.. good];
            stored.AsSpan(place, Math.Min(8, stored.Length - place)).Fill(0xff);
            (byte[] text, LogDamage? damage, _) = Read(stored);
            Assert.True(damage is not null || text.Length == _text.Length, $"{format} at {place}");
        }
    }

    [Fact]
    public void Text_BehindAGoodMember_IsDamagedWhereTheSecondBreaks()
    {
        byte[] second = Gzip(_text);
        byte[] first = Gzip("first\n"u8.ToArray());
        (byte[] text, LogDamage? damage, _) = Read([.. first, .. second[..100]]);

        Assert.StartsWith("first\n", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.True(damage?.IsCut);
    }

    [Fact]
    public void Source_ThatFails_IsNamedInTheProblem()
    {
        using LogStream stream = LogStream.Of("the log", new TrickleStream("some text"u8.ToArray(), failsAtEnd: true));
        SourceException problem = Assert.Throws<SourceException>(() => stream.CopyTo(Stream.Null));
        Assert.Equal("cannot read the log: the disk is gone", problem.Message);
    }

    /// <summary>Gives few bytes at a time, as pipes do.</summary>
    private sealed class TrickleStream(byte[] bytes, bool failsAtEnd = false) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, Math.Min(count, 1_000));
            return read == 0 && failsAtEnd ? throw new IOException("the disk is gone") : read;
        }
    }
}
