using System.Runtime.Versioning;
using System.Text;

namespace Weir.Reactor;

/// <summary>
/// What all connections of one side share: versions, ciphers, application protocols and a server's certificate. Never
/// changes once made; any loop may use it. It is gone when nobody holds it and its last connection has ended.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class TlsContext
{
    private readonly nint _context;

    private TlsContext(nint context, bool isServer)
    {
        _context = context;
        IsServer = isServer;
    }

    ~TlsContext() => OpenSsl.SSL_CTX_free(_context);

    public bool IsServer { get; }

    /// <summary>
    /// For a server with the chain of certificates in one PEM file, its own first, and the private key in another (or the
    /// same). Each problem names the file and what is wrong with it.
    /// </summary>
    public static TlsContextOutcome Server(string certificateFile, string privateKeyFile, TlsOptions? options = null)
    {
        if (TlsLibrary.Problem is { } missing)
        {
            return new TlsContextOutcome(null, missing);
        }

        var made = new TlsContext(New(OpenSsl.TLS_server_method()), isServer: true);
        string? problem = PemFiles.UseCertificates(made._context, certificateFile)
            ?? PemFiles.UsePrivateKey(made._context, privateKeyFile, certificateFile)
            ?? made.Apply(options ?? new TlsOptions());
        return made.Outcome(problem);
    }

    /// <summary>For a client that does not verify the server, as ALB does not verify its targets.</summary>
    public static TlsContextOutcome UnverifiedClient(TlsOptions? options = null)
    {
        if (TlsLibrary.Problem is { } missing)
        {
            return new TlsContextOutcome(null, missing);
        }

        var made = new TlsContext(New(OpenSsl.TLS_client_method()), isServer: false);
        string? problem = made.Apply(options ?? new TlsOptions());
        return made.Outcome(problem);
    }

    /// <summary>A new SSL, which keeps what it needs of the context for itself.</summary>
    internal nint NewSsl()
    {
        nint ssl = OpenSsl.SSL_new(_context);
        // The finalizer must not free it while OpenSSL takes its own hold of it.
        GC.KeepAlive(this);
        return ssl != 0 ? ssl : throw new InvalidOperationException("OpenSSL has no memory for a connection");
    }

    private TlsContextOutcome Outcome(string? problem)
    {
        // A context that is given up must not be freed before the last call on it has returned.
        GC.KeepAlive(this);
        return problem is null ? new TlsContextOutcome(this, "") : new TlsContextOutcome(null, problem);
    }

    private static nint New(nint method)
    {
        nint context = OpenSsl.SSL_CTX_new(method);
        return context != 0 ? context : throw new InvalidOperationException("OpenSSL has no memory for a context");
    }

    private string? Apply(TlsOptions options)
    {
        _ = OpenSsl.SSL_CTX_set_options(
            _context,
            OpenSslAbi.SSL_OP_NO_RENEGOTIATION | OpenSslAbi.SSL_OP_NO_COMPRESSION | OpenSslAbi.SSL_OP_CIPHER_SERVER_PREFERENCE);
        // An idle connection holds none of OpenSSL's record buffers, of 16 K each.
        _ = OpenSsl.SSL_CTX_ctrl(
            _context,
            OpenSslAbi.SSL_CTRL_MODE,
            OpenSslAbi.SSL_MODE_ENABLE_PARTIAL_WRITE | OpenSslAbi.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | OpenSslAbi.SSL_MODE_RELEASE_BUFFERS,
            null);
        // Resumption is by tickets: no session is kept here.
        _ = OpenSsl.SSL_CTX_ctrl(_context, OpenSslAbi.SSL_CTRL_SET_SESS_CACHE_MODE, OpenSslAbi.SSL_SESS_CACHE_OFF, null);
        if (options.LeastVersion < TlsVersion.Tls12)
        {
            // Their signatures use SHA-1, which OpenSSL's higher levels refuse.
            OpenSsl.SSL_CTX_set_security_level(_context, 0);
        }

        if (OpenSsl.SSL_CTX_ctrl(_context, OpenSslAbi.SSL_CTRL_SET_MIN_PROTO_VERSION, (nint)options.LeastVersion, null) != 1
            || OpenSsl.SSL_CTX_ctrl(_context, OpenSslAbi.SSL_CTRL_SET_MAX_PROTO_VERSION, (nint)options.MostVersion, null) != 1)
        {
            return $"{TlsLibrary.Version} does not have the versions {options.LeastVersion} to {options.MostVersion}.";
        }

        return UseCiphers(options) ?? UseProtocols(options.ApplicationProtocols);
    }

    private string? UseCiphers(TlsOptions options)
    {
        OpenSsl.ERR_clear_error();
        fixed (byte* ciphers = Text(options.Ciphers), suites = Text(options.CipherSuites))
        {
            if (ciphers is not null && OpenSsl.SSL_CTX_set_cipher_list(_context, ciphers) != 1)
            {
                return $"{TlsLibrary.Version} has none of the ciphers {options.Ciphers}.";
            }

            if (suites is not null && OpenSsl.SSL_CTX_set_ciphersuites(_context, suites) != 1)
            {
                return $"{TlsLibrary.Version} does not have all of the cipher suites {options.CipherSuites}.";
            }
        }

        return null;
    }

    private string? UseProtocols(IReadOnlyList<string> protocols)
    {
        if (protocols.Count == 0)
        {
            return null;
        }

        if (IsServer)
        {
            AlpnList.Serve(_context, protocols);
            return null;
        }

        byte[] list = AlpnList.Encode(protocols);
        fixed (byte* first = list)
        {
            return OpenSsl.SSL_CTX_set_alpn_protos(_context, first, (uint)list.Length) == 0
                ? null
                : $"{TlsLibrary.Version} does not take the application protocols {string.Join(", ", protocols)}.";
        }
    }

    private static byte[]? Text(string? names) => names is null ? null : Encoding.ASCII.GetBytes(names + '\0');
}
