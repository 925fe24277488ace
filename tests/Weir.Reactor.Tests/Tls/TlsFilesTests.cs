using System.Diagnostics;
using System.Text;

namespace Weir.Reactor.Tests.Tls;

/// <summary>Files that can be read once only: FIFOs, as a shell's &lt;(…) is one.</summary>
public sealed class TlsFilesTests(Credentials credentials) : IClassFixture<Credentials>
{
    private const int MaxBytes = 100 * 1024;

    [Fact]
    public async Task Load_CertificateAndKeyFromOneFifo_ReadsItOnceAndKeepsBoth()
    {
        string fifo = MakeFifo();
        Task writing = Write(fifo, File.ReadAllText(credentials.Certificate) + File.ReadAllText(credentials.Key));
        var files = new TlsFiles();
        for (int i = 0; i < 2; i++)
        {
            TlsCertificateOutcome outcome = TlsCertificate.Load(fifo, fifo, files);
            Assert.Equal("", outcome.Problem);
            Assert.Equal("CN=rsa.test", outcome.Certificate!.Subject);
        }

        Assert.True(files.IsKept(fifo));
        await writing;
    }

    [Fact]
    public async Task Load_AuthoritiesAndListsFromFifos_SaysWhatIsInThem()
    {
        string authorities = MakeFifo(), lists = MakeFifo();
        Task writing = Task.WhenAll(Write(authorities, File.ReadAllText(credentials.Authority())), Write(lists, "nothing of that kind"));
        Assert.Equal(
            $"{lists}: holds no revocation list in PEM form (-----BEGIN …-----).",
            TlsTrustStore.Load(authorities, [lists], new TlsFiles()).Problem);
        await writing;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MaxBytes)]
    public async Task Use_FifoWithinTheBound_GivesEveryByte_AlsoTheNextTime(int bytes)
    {
        string fifo = MakeFifo(), text = string.Concat(Enumerable.Range(0, bytes).Select(static i => (char)('a' + (i % 26))));
        Task writing = Write(fifo, text);
        var files = new TlsFiles();
        for (int i = 0; i < 2; i++)
        {
            string? got = null;
            Assert.Null(files.Use(fifo, "key", MaxBytes, read =>
            {
                got = Got(read);
                return null;
            }));
            Assert.Equal($"got {text}", got);
        }

        await writing;
    }

    [Fact]
    public async Task Use_FifoBeyondTheBound_IsNotReadToItsEnd()
    {
        string fifo = MakeFifo();
        Task writing = Write(fifo, new string('x', 2 * MaxBytes));
        Assert.Equal($"{fifo}: larger than 100 KiB, which is too large for a PEM file with a key.", new TlsFiles().Use(fifo, "key", MaxBytes, Got));
        // The writer is told that nobody reads any more.
        await Assert.ThrowsAnyAsync<IOException>(() => writing);
    }

    [Fact]
    public void Use_RegularFile_IsReadAgain()
    {
        string file = credentials.Write("regular.pem", "one");
        var files = new TlsFiles();
        Assert.Equal("got one\n", files.Use(file, "key", MaxBytes, Got));
        File.WriteAllText(file, "two");
        Assert.Equal("got two", files.Use(file, "key", MaxBytes, Got));
        Assert.False(files.IsKept(file));
    }

    [Fact]
    public async Task Use_FifoOfNoUse_IsReadAgain()
    {
        string fifo = MakeFifo();
        var files = new TlsFiles();
        foreach (string text in (string[])["one", "two"])
        {
            Task writing = Write(fifo, text);
            Assert.Equal($"got {text}", files.Use(fifo, "key", MaxBytes, Got));
            Assert.False(files.IsKept(fifo));
            await writing;
        }
    }

    // Nobody writes to the FIFO, so that to open it would wait for ever; and the device never ends.
    [Fact]
    public async Task Use_NoRegularFileOnceOnlyThoseAreOpened_SaysSoAtOnce_ButForWhatIsKept()
    {
        string fifo = MakeFifo(), link = fifo + ".link", device = fifo + ".device", kept = MakeFifo();
        File.CreateSymbolicLink(link, fifo);
        File.CreateSymbolicLink(device, "/dev/urandom");
        var files = new TlsFiles();
        Task writing = Write(kept, "kept");
        Assert.Null(files.Use(kept, "key", MaxBytes, static _ => null));
        await writing;
        files.OpensOnlyRegularFiles = true;
        Assert.Equal("got kept", files.Use(kept, "key", MaxBytes, Got));
        foreach (string file in (string[])[fifo, link, device])
        {
            Assert.Equal(
                $"{file}: this is no regular file; a FIFO or a device is read only when Weir starts.", files.Use(file, "key", MaxBytes, Got));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Use_WhatIsNoPath_IsSaid(string path) =>
        Assert.StartsWith($"{path}: cannot be read: ", new TlsFiles().Use(path, "key", MaxBytes, Got), StringComparison.Ordinal);

    [Fact]
    public void TakeLooks_FileReplacedBetweenTwoReadings_HasTheFirst()
    {
        string file = credentials.Write("replaced.pem", "one");
        var files = new TlsFiles();
        _ = files.Use(file, "certificate", MaxBytes, Got);
        File.WriteAllText(file, "two");
        _ = files.Use(file, "key", MaxBytes, Got);
        TlsFileLook look = Assert.Single(files.TakeLooks()).Value;
        Assert.Equal((4, TlsFileLook.DigestOf("one\n"u8)), (look.Length, look.Digest));
        Assert.Empty(files.TakeLooks());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(MaxBytes)]
    [InlineData(MaxBytes + 1)]
    [InlineData(3 * MaxBytes)]
    public void Look_AtWhatHasNotChanged_HasTheDigestOfTheReading(int bytes)
    {
        string file = credentials.Write("same.pem", new string('x', bytes));
        var files = new TlsFiles();
        _ = files.Use(file, "key", MaxBytes, Got);
        TlsFileLook read = files.TakeLooks()[file];
        TlsFileLook look = TlsFileLook.At(file, read, DateTimeOffset.UtcNow);
        Assert.NotSame(read, look);
        Assert.Equal(read.Digest, look.Digest);
    }

    // Of the first there is a writer, so that it can be opened: it has no length.
    [Fact]
    public void Look_AtNoRegularFile_DoesNotOpenIt()
    {
        string fifo = MakeFifo(), unwritten = MakeFifo(), device = fifo + ".device";
        File.CreateSymbolicLink(device, "/dev/urandom");
        using var writer = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var before = new TlsFileLook(4, DateTimeOffset.UnixEpoch, TlsFileLook.DigestOf("one\n"u8), DateTimeOffset.UnixEpoch, MaxBytes);
        foreach (string file in (string[])[fifo, unwritten, device, Path.GetDirectoryName(fifo)!, fifo + ".none", ""])
        {
            Assert.Equal((-1, ""), (TlsFileLook.At(file, before, DateTimeOffset.UnixEpoch) is var look ? (look.Length, look.Digest) : default));
        }
    }

    private static string Got(ReadOnlyMemory<byte> bytes) => $"got {Encoding.ASCII.GetString(bytes.Span)}";

    // Opening it waits for the reader.
    private static Task Write(string fifo, string text) => Task.Run(() =>
    {
        using var stream = new FileStream(fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(Encoding.ASCII.GetBytes(text));
    });

    private string MakeFifo()
    {
        string fifo = Path.Combine(Path.GetDirectoryName(credentials.Key)!, $"{Guid.NewGuid()}.fifo");
        using var process = Process.Start("mkfifo", fifo);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return fifo;
    }
}
