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
        Assert.Equal($"got {text}", files.Use(fifo, "key", MaxBytes, Got));
        Assert.Equal($"got {text}", files.Use(fifo, "key", MaxBytes, Got));
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
