using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>Whether this machine has an OpenSSL that TLS can run on, and which. Asked before anything else of TLS.</summary>
[SupportedOSPlatform("linux")]
public static unsafe class TlsLibrary
{
    private static readonly Lazy<string?> _problem = new(() => ProblemOf(OpenSsl.LibSsl, OpenSsl.LibCrypto));

    /// <summary>One sentence that says why there can be no TLS here, or null: there can.</summary>
    public static string? Problem => _problem.Value;

    /// <summary>As OpenSSL calls itself: <c>OpenSSL 3.0.13 30 Jan 2024</c>. Only when there is no <see cref="Problem"/>.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)OpenSsl.OpenSSL_version(OpenSslAbi.OPENSSL_VERSION)) ?? "";

    /// <summary>Looks at two library files. OpenSSL's functions are bound at their first call, so this comes before.</summary>
    internal static string? ProblemOf(string libSsl, string libCrypto)
    {
        foreach (string library in (ReadOnlySpan<string>)[libCrypto, libSsl])
        {
            if (!NativeLibrary.TryLoad(library, out _))
            {
                return $"TLS needs OpenSSL 3, and its {library} is not installed (Debian and Ubuntu: libssl3, Fedora: openssl-libs, Alpine: libssl3).";
            }
        }

        // The name of the file stands for the interface; these are the newest functions that are used of either.
        // TryLoad again: a handle from the system's loader is the same one, counted.
        _ = NativeLibrary.TryLoad(libCrypto, out nint crypto);
        _ = NativeLibrary.TryLoad(libSsl, out nint ssl);
        if (!NativeLibrary.TryGetExport(crypto, "BIO_meth_set_read_ex", out _)
            || !NativeLibrary.TryGetExport(crypto, "OpenSSL_version_num", out nint version)
            || !NativeLibrary.TryGetExport(ssl, "SSL_CTX_set_ciphersuites", out _)
            || ((delegate* unmanaged<nuint>)version)() < OpenSslAbi.LeastVersion)
        {
            return $"TLS needs OpenSSL 3, and what is installed as {libSsl} and {libCrypto} is something else.";
        }

        return null;
    }
}
