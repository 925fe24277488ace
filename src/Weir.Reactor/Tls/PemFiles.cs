using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Weir.Reactor;

/// <summary>
/// Gives a context the certificates and the key of PEM files. What is wrong comes back as one sentence that names the file;
/// null: all is well. Keys leave no copy in managed memory.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PemFiles
{
    // Chains and keys are some K. Whoever names a larger file means another one.
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>The first certificate is the server's own, those behind it lead to the root.</summary>
    public static string? UseCertificates(nint context, string file)
    {
        return WithBytes(file, "certificate", "CERTIFICATE-----"u8, bio =>
        {
            for (int number = 1; ; number++)
            {
                OpenSsl.ERR_clear_error();
                nint certificate = OpenSsl.PEM_read_bio_X509(bio, null, &RefusePassword, null);
                if (certificate == 0)
                {
                    return number > 1 && IsEndOfFile() ? null : $"{file}: certificate {number} cannot be read: {LastError()}.";
                }

                if (number == 1)
                {
                    bool used = OpenSsl.SSL_CTX_use_certificate(context, certificate) == 1;
                    OpenSsl.X509_free(certificate);
                    if (!used)
                    {
                        return $"{file}: OpenSSL does not accept certificate 1: {LastError()}.";
                    }
                }
                else if (OpenSsl.SSL_CTX_ctrl(context, OpenSslAbi.SSL_CTRL_CHAIN_CERT, 0, (void*)certificate) != 1)
                {
                    OpenSsl.X509_free(certificate);
                    return $"{file}: OpenSSL does not accept certificate {number}: {LastError()}.";
                }
            }
        });
    }

    public static string? UsePrivateKey(nint context, string file, string certificateFile)
    {
        return WithBytes(file, "private key", "PRIVATE KEY-----"u8, bio =>
        {
            bool encrypted = false;
            OpenSsl.ERR_clear_error();
            nint key = OpenSsl.PEM_read_bio_PrivateKey(bio, null, &RefusePassword, &encrypted);
            if (key == 0)
            {
                return encrypted
                    ? $"{file}: the private key is encrypted; decrypt it first (openssl pkey -in {file} -out DECRYPTED)."
                    : $"{file}: the private key cannot be read: {LastError()}.";
            }

            bool belongs = OpenSsl.X509_check_private_key(OpenSsl.SSL_CTX_get0_certificate(context), key) == 1;
            bool used = belongs && OpenSsl.SSL_CTX_use_PrivateKey(context, key) == 1;
            OpenSsl.EVP_PKEY_free(key);
            return used ? null
                : !belongs ? $"{file}: the private key does not belong to the first certificate in {certificateFile}."
                : $"{file}: OpenSSL does not accept the private key: {LastError()}.";
        });
    }

    /// <summary>Reads a file in which there must be a <paramref name="marker"/>, and gives its bytes as a BIO.</summary>
    private static string? WithBytes(string file, string what, ReadOnlySpan<byte> marker, Func<nint, string?> use)
    {
        byte[] bytes;
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > MaxFileBytes)
            {
                return $"{file}: larger than {MaxFileBytes / 1024} KiB, so it cannot be a PEM file of certificates or a key.";
            }

            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{file}: there is no such file.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{file}: cannot be read: {exception.Message}";
        }

        if (bytes.AsSpan().IndexOf(marker) < 0)
        {
            return $"{file}: holds no {what} in PEM form (-----BEGIN …-----).";
        }

        // The BIO reads the pinned array in place and is freed before it is let go.
        fixed (byte* first = bytes)
        {
            nint bio = OpenSsl.BIO_new_mem_buf(first, bytes.Length);
            try
            {
                return use(bio);
            }
            finally
            {
                _ = OpenSsl.BIO_free(bio);
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    private static bool IsEndOfFile()
    {
        nuint error = OpenSsl.ERR_peek_last_error();
        return OpenSslAbi.LibraryOf(error) == OpenSslAbi.ERR_LIB_PEM && OpenSslAbi.ReasonOf(error) == OpenSslAbi.PEM_R_NO_START_LINE;
    }

    private static string LastError() => OpenSsl.Describe(OpenSsl.ERR_peek_last_error());

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
