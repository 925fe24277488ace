using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>
/// Reads the certificates and the key of PEM files. What is wrong comes back as one sentence that names the file; null: all
/// is well.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PemFiles
{
    // Chains and keys are some K. Whoever names a larger file means another one.
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>
    /// Adds the certificates of a file to a list, which owns them then, also after a problem. The first is the server's own,
    /// those behind it lead to the root.
    /// </summary>
    public static string? ReadCertificates(TlsFiles files, string file, List<nint> certificates)
    {
        return WithBytes(files, file, "certificate", "CERTIFICATE-----", MaxFileBytes, bio =>
        {
            while (true)
            {
                OpenSsl.ERR_clear_error();
                nint certificate = OpenSsl.PEM_read_bio_X509(bio, null, &RefusePassword, null);
                if (certificate == 0)
                {
                    return certificates.Count > 0 && IsEndOfFile()
                        ? null
                        : $"{file}: certificate {certificates.Count + 1} cannot be read: {LastError()}.";
                }

                certificates.Add(certificate);
            }
        });
    }

    /// <summary>Adds the revocation lists of a file to a list, which owns them then, also after a problem.</summary>
    public static string? ReadRevocationLists(TlsFiles files, string file, int maxBytes, List<nint> lists)
    {
        int before = lists.Count;
        return WithBytes(files, file, "revocation list", "X509 CRL-----", maxBytes, bio =>
        {
            while (true)
            {
                OpenSsl.ERR_clear_error();
                nint list = OpenSsl.PEM_read_bio_X509_CRL(bio, null, &RefusePassword, null);
                if (list == 0)
                {
                    return lists.Count > before && IsEndOfFile()
                        ? null
                        : $"{file}: revocation list {lists.Count - before + 1} cannot be read: {LastError()}.";
                }

                lists.Add(list);
            }
        });
    }

    /// <summary>Reads the key of a certificate; the caller owns it.</summary>
    public static string? ReadPrivateKey(TlsFiles files, string file, string certificateFile, nint certificate, out nint key)
    {
        nint read = 0;
        string? problem = WithBytes(files, file, "private key", "PRIVATE KEY-----", MaxFileBytes, bio =>
        {
            bool encrypted = false;
            OpenSsl.ERR_clear_error();
            read = OpenSsl.PEM_read_bio_PrivateKey(bio, null, &RefusePassword, &encrypted);
            if (read == 0)
            {
                return encrypted
                    ? $"{file}: the private key is encrypted; decrypt it first (openssl pkey -in {file} -out DECRYPTED)."
                    : $"{file}: the private key cannot be read: {LastError()}.";
            }

            return OpenSsl.X509_check_private_key(certificate, read) == 1
                ? null
                : $"{file}: the private key does not belong to the first certificate in {certificateFile}.";
        });
        key = read;
        return problem;
    }

    /// <summary>Reads a file in which there must be a <paramref name="marker"/>, and gives its bytes as a BIO.</summary>
    private static string? WithBytes(TlsFiles files, string file, string what, string marker, int maxBytes, Func<nint, string?> use) =>
        files.Use(file, what, maxBytes, bytes =>
        {
            if (bytes.Span.IndexOf(Encoding.ASCII.GetBytes(marker)) < 0)
            {
                return $"{file}: holds no {what} in PEM form (-----BEGIN …-----).";
            }

            // The BIO reads the pinned bytes in place and is freed before they are let go.
            using MemoryHandle pinned = bytes.Pin();
            nint bio = OpenSsl.BIO_new_mem_buf((byte*)pinned.Pointer, bytes.Length);
            try
            {
                return use(bio);
            }
            finally
            {
                _ = OpenSsl.BIO_free(bio);
            }
        });

    private static bool IsEndOfFile()
    {
        nuint error = OpenSsl.ERR_peek_last_error();
        return OpenSslAbi.LibraryOf(error) == OpenSslAbi.ERR_LIB_PEM && OpenSslAbi.ReasonOf(error) == OpenSslAbi.PEM_R_NO_START_LINE;
    }

    internal static string LastError() => OpenSsl.Describe(OpenSsl.ERR_peek_last_error());

    // Without one, OpenSSL would ask for a password on the terminal. The argument is a bool, or null.
    [UnmanagedCallersOnly]
    private static int RefusePassword(byte* buffer, int bytes, int isWriting, void* asked)
    {
        if (asked is not null)
        {
            *(bool*)asked = true;
        }

        return -1;
    }
}
