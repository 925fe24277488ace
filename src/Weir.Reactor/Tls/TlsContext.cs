using System.Runtime.InteropServices;
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
    private GCHandle _server;

    private TlsContext(nint context, bool isServer)
    {
        _context = context;
        IsServer = isServer;
    }

    ~TlsContext()
    {
        OpenSsl.SSL_CTX_free(_context);
        if (_server.IsAllocated)
        {
            // Connections hold their context, so nobody can be asking for it any more.
            _server.Free();
        }
    }

    public bool IsServer { get; }

    /// <summary>Wants the certificate of the other end to be trusted.</summary>
    internal bool Verifies { get; private set; }

    /// <summary>A server's certificates, the default one first.</summary>
    internal IReadOnlyList<TlsCertificate> Certificates { get; private init; } = [];

    /// <summary>
    /// For a server with the chain of certificates in one PEM file, its own first, and the private key in another (or the
    /// same). Each problem names the file and what is wrong with it.
    /// </summary>
    public static TlsContextOutcome Server(string certificateFile, string privateKeyFile, TlsOptions? options = null)
    {
        TlsCertificateOutcome loaded = TlsCertificate.Load(certificateFile, privateKeyFile);
        if (loaded.Certificate is not { } certificate)
        {
            return new TlsContextOutcome(null, loaded.Problem);
        }

        var keys = new TlsTicketKeys();
        keys.RotateIfDue(0);
        var identity = new TlsServerIdentity { DefaultCertificate = certificate, TicketKeys = keys, ResumptionScope = "" };
        return Server(identity, options);
    }

    /// <summary>For a server that chooses its certificate by the name that a client asks for.</summary>
    public static TlsContextOutcome Server(TlsServerIdentity identity, TlsOptions? options = null)
    {
        options ??= new TlsOptions();
        TlsNames? names = TlsNames.Of(
            identity.Certificates, identity.Now, certificates => Server(certificates, identity, TlsNames.None, options), out string? problem);
        return names is null ? new TlsContextOutcome(null, problem!) : Server([identity.DefaultCertificate], identity, names, options);
    }

    /// <summary>For a client that does not verify the server, as ALB does not verify its targets.</summary>
    /// <param name="options">What may be agreed on.</param>
    /// <param name="certificate">Shown to a server that asks for one.</param>
    public static TlsContextOutcome UnverifiedClient(TlsOptions? options = null, TlsCertificate? certificate = null)
    {
        TlsContextOutcome outcome = Client(options, certificate);
        if (outcome.Context is { } made)
        {
            TlsClientCheck.TakeAnyIn(made._context);
        }

        return outcome;
    }

    /// <summary>
    /// For a client that verifies the server against the authorities that this machine trusts; each connection says what name
    /// it expects (<see cref="TlsConnection.Expect"/>). OpenSSL finds them where it was built to, or by SSL_CERT_FILE.
    /// </summary>
    public static TlsContextOutcome VerifyingClient(TlsOptions? options = null)
    {
        TlsContextOutcome outcome = Client(options, certificate: null);
        if (outcome.Context is not { } made)
        {
            return outcome;
        }

        made.Verifies = true;
        OpenSsl.SSL_CTX_set_verify(made._context, OpenSslAbi.SSL_VERIFY_PEER, null);
        bool found = OpenSsl.SSL_CTX_set_default_verify_paths(made._context) == 1;
        return found ? outcome : made.Outcome($"{TlsLibrary.Version} cannot load the authorities that this machine trusts.");
    }

    /// <summary>
    /// So many bytes may come after the handshake without any data in them, in a row: key updates, which cost the one who gets them more
    /// than the one who sends them, and from servers tickets. Ours; a record that is not whole is at most half of the least of these.
    /// </summary>
    internal int MaxBytesWithoutData => (IsServer ? 2 : 16) * TlsWorkspace.RecordBytes + TlsWorkspace.RecordOverheadBytes;

    /// <summary>Which of its certificates a server's connection has shown.</summary>
    internal TlsCertificate? ShownOn(nint ssl)
    {
        nint shown = OpenSsl.SSL_get_certificate(ssl);
        return Certificates.FirstOrDefault(certificate => certificate.X509 == shown);
    }

    /// <summary>What a server's connection is to be answered from, in a question of OpenSSL's.</summary>
    internal static TlsServer ServerOf(nint ssl) =>
        (TlsServer)GCHandle.FromIntPtr((nint)OpenSsl.SSL_CTX_get_ex_data(OpenSsl.SSL_get_SSL_CTX(ssl), OpenSslAbi.APP_DATA)).Target!;

    /// <summary>A new SSL, which keeps what it needs of the context for itself.</summary>
    /// <param name="unixSeconds">By which it tells what is valid: the loop's clock, and not the machine's.</param>
    internal nint NewSsl(long unixSeconds)
    {
        nint ssl = OpenSsl.SSL_new(_context);
        // The finalizer must not free it while OpenSSL takes its own hold of it.
        GC.KeepAlive(this);
        if (ssl == 0)
        {
            throw new InvalidOperationException("OpenSSL has no memory for a connection");
        }

        OpenSsl.X509_VERIFY_PARAM_set_time(OpenSsl.SSL_get0_param(ssl), (nint)unixSeconds);
        if (IsServer)
        {
            OpenSsl.SSL_set_accept_state(ssl);
        }
        else
        {
            OpenSsl.SSL_set_connect_state(ssl);
        }

        return ssl;
    }

    private static long ClockOf(nint ssl) => OpenSsl.X509_VERIFY_PARAM_get_time(OpenSsl.SSL_get0_param(ssl));

    private static TlsContextOutcome Client(TlsOptions? options, TlsCertificate? certificate)
    {
        if (TlsLibrary.Problem is { } missing)
        {
            return new TlsContextOutcome(null, missing);
        }

        var made = new TlsContext(New(OpenSsl.TLS_client_method()), isServer: false);
        // In this order: what may be shown depends on the versions.
        string? problem = made.Apply(options ?? new TlsOptions());
        return made.Outcome(problem ?? certificate?.UseIn(made._context));
    }

    // With one certificate, or one of each kind of key.
    private static TlsContextOutcome Server(TlsCertificate[] certificates, TlsServerIdentity identity, TlsNames names, TlsOptions options)
    {
        var made = new TlsContext(New(OpenSsl.TLS_server_method()), isServer: true)
        {
            Certificates = [.. certificates, .. names == TlsNames.None ? [] : identity.Certificates],
        };
        string? problem = null;
        foreach (TlsCertificate certificate in certificates)
        {
            problem ??= certificate.UseIn(made._context);
        }

        made.Answer(new TlsServer(names, certificates, identity.TicketKeys), identity.ResumptionScope);
        if (identity.ClientAuthentication is { } authentication)
        {
            made.Verifies = authentication.TrustStore is not null;
            TlsClientCheck.UseIn(made._context, authentication);
        }

        return made.Outcome(problem ?? made.Apply(certificates.Length > 1 ? EcdsaFirst(options) : options));
    }

    // Below TLS 1.3 the cipher is what chooses between two certificates: the first that both ends have and that one of them can be
    // used with, as the client's signatures and curves say. So that ECDSA goes first, whatever the policy's order, its ciphers do.
    private static TlsOptions EcdsaFirst(TlsOptions options) => options with
    {
        Ciphers = options.Ciphers is { } ciphers
            ? string.Join(':', ciphers.Split(':').OrderBy(static cipher => !cipher.Contains("-ECDSA-", StringComparison.Ordinal)))
            : null,
    };

    private void Answer(TlsServer server, string resumptionScope)
    {
        _server = GCHandle.Alloc(server);
        _ = OpenSsl.SSL_CTX_set_ex_data(_context, OpenSslAbi.APP_DATA, (void*)GCHandle.ToIntPtr(_server));
        delegate* unmanaged<nint, int*, void*, int> choose = &ChooseByName;
        _ = OpenSsl.SSL_CTX_callback_ctrl(_context, OpenSslAbi.SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, choose);
        TlsTicketKeys.UseIn(_context);
        _ = OpenSsl.SSL_CTX_set_timeout(_context, (nint)TlsTicketKeys.TicketLifetime.TotalSeconds);
        byte[] scope = Encoding.ASCII.GetBytes(resumptionScope);
        fixed (byte* first = scope)
        {
            // OpenSSL keeps a copy. A ticket from elsewhere leads to a full handshake.
            _ = OpenSsl.SSL_CTX_set_session_id_context(_context, first, (uint)scope.Length);
        }
    }

    // The name is a string of C, which OpenSSL has checked to hold no zero byte; it stays where it is during the call.
    [UnmanagedCallersOnly]
    private static int ChooseByName(nint ssl, int* alert, void* argument)
    {
        byte* name = OpenSsl.SSL_get_servername(ssl, OpenSslAbi.TLSEXT_NAMETYPE_host_name);
        if (name is null)
        {
            return OpenSslAbi.SSL_TLSEXT_ERR_NOACK;
        }

        string asked = Marshal.PtrToStringUTF8((nint)name)!;
        TlsServer server = ServerOf(ssl);
        if (server.Names.Find(asked, ClockOf(ssl)) is not { } context)
        {
            // Only what is acknowledged is known again when the session is taken up below TLS 1.3. Source: OpenSSL, SSL_get_servername(3)
            return server.IsFor(TlsCertificate.Comparable(asked)) ? OpenSslAbi.SSL_TLSEXT_ERR_OK : OpenSslAbi.SSL_TLSEXT_ERR_NOACK;
        }

        _ = OpenSsl.SSL_set_SSL_CTX(ssl, context._context);
        GC.KeepAlive(context);
        return OpenSslAbi.SSL_TLSEXT_ERR_OK;
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
            (options.AllowsRenegotiation ? 0 : OpenSslAbi.SSL_OP_NO_RENEGOTIATION)
                | OpenSslAbi.SSL_OP_NO_COMPRESSION | OpenSslAbi.SSL_OP_CIPHER_SERVER_PREFERENCE);
        // An idle connection holds none of OpenSSL's record buffers, of 16 K each.
        _ = OpenSsl.SSL_CTX_ctrl(
            _context,
            OpenSslAbi.SSL_CTRL_MODE,
            OpenSslAbi.SSL_MODE_ENABLE_PARTIAL_WRITE | OpenSslAbi.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | OpenSslAbi.SSL_MODE_RELEASE_BUFFERS,
            null);
        // No session is kept here: a server's are in tickets, and a client's are kept by who connects.
        _ = OpenSsl.SSL_CTX_ctrl(
            _context,
            OpenSslAbi.SSL_CTRL_SET_SESS_CACHE_MODE,
            IsServer ? OpenSslAbi.SSL_SESS_CACHE_OFF : OpenSslAbi.SSL_SESS_CACHE_CLIENT | OpenSslAbi.SSL_SESS_CACHE_NO_INTERNAL,
            null);
        if (!IsServer)
        {
            RecordBio.NoteSessionsOf(_context);
        }

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

        return UseCiphers(options) ?? UseGroups(options.Groups) ?? UseProtocols(options.ApplicationProtocols);
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

        // Names that it does not know it leaves out without a word.
        HashSet<string> had = CipherNames();
        string[] lacking = [.. (options.Ciphers?.Split(':') ?? []).Where(cipher => cipher[0] != '@' && !had.Contains(cipher))];
        return lacking.Length == 0 ? null : $"{TlsLibrary.Version} does not have the ciphers {string.Join(", ", lacking)}.";
    }

    private HashSet<string> CipherNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        nint ciphers = OpenSsl.SSL_CTX_get_ciphers(_context);
        for (int i = 0; i < OpenSsl.OPENSSL_sk_num(ciphers); i++)
        {
            names.Add(Marshal.PtrToStringUTF8((nint)OpenSsl.SSL_CIPHER_get_name(OpenSsl.OPENSSL_sk_value(ciphers, i))) ?? "");
        }

        return names;
    }

    private string? UseGroups(string? groups)
    {
        if (groups is null || TakesGroups(groups))
        {
            return null;
        }

        // It takes all or none, and does not say which it lacks.
        string[] lacking = [.. groups.Split(':').Where(group => !TakesGroups(group))];
        return $"{TlsLibrary.Version} does not have the key exchanges {string.Join(", ", lacking)}.";
    }

    private bool TakesGroups(string groups)
    {
        fixed (byte* names = Text(groups))
        {
            return OpenSsl.SSL_CTX_ctrl(_context, OpenSslAbi.SSL_CTRL_SET_GROUPS_LIST, 0, names) == 1;
        }
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
