using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// OpenSSL's way to the bytes of a connection: it takes what was received into the loop's <see cref="TlsWorkspace"/> and
/// leaves there what is to be sent. No system call, no code of a connection and nothing that could throw runs inside a call
/// into OpenSSL.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class RecordBio
{
    private const int RetryRead = OpenSslAbi.BIO_FLAGS_READ | OpenSslAbi.BIO_FLAGS_SHOULD_RETRY;
    private const int RetryWrite = OpenSslAbi.BIO_FLAGS_WRITE | OpenSslAbi.BIO_FLAGS_SHOULD_RETRY;

    // One for the process and for its whole life: OpenSSL keeps the pointer in every BIO.
    private static readonly nint _method = MakeMethod();

    /// <summary>A BIO over a loop's workspace; owned by the SSL that is given it.</summary>
    public static nint New(TlsWorkspace workspace)
    {
        nint bio = OpenSsl.BIO_new(_method);
        if (bio == 0)
        {
            throw new InvalidOperationException("OpenSSL has no memory for a BIO");
        }

        OpenSsl.BIO_set_data(bio, workspace.Shared);
        OpenSsl.BIO_set_init(bio, 1);
        return bio;
    }

    /// <summary>Lets the workspaces of a client's connections know of the sessions that servers give.</summary>
    public static void NoteSessionsOf(nint context) => OpenSsl.SSL_CTX_sess_set_new_cb(context, &NoteSession);

    private static nint MakeMethod()
    {
        fixed (byte* name = "weir\0"u8)
        {
            // OpenSSL keeps a copy of the name.
            nint method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | OpenSslAbi.BIO_TYPE_SOURCE_SINK, name);
            _ = OpenSsl.BIO_meth_set_read_ex(method, &Read);
            _ = OpenSsl.BIO_meth_set_write_ex(method, &Write);
            _ = OpenSsl.BIO_meth_set_ctrl(method, &Control);
            return method;
        }
    }

    // OpenSSL gives a buffer of that many bytes; no more are copied, and no more than are unread.
    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, nuint bytes, nuint* read)
    {
        var state = (TlsWorkspace.State*)OpenSsl.BIO_get_data(bio);
        int n = (int)Math.Min(bytes, (nuint)state->UnreadBytes);
        if (n == 0)
        {
            OpenSsl.BIO_clear_flags(bio, RetryWrite);
            OpenSsl.BIO_set_flags(bio, RetryRead);
            *read = 0;
            return 0;
        }

        new ReadOnlySpan<byte>(state->Unread, n).CopyTo(new Span<byte>(buffer, n));
        state->Unread += n;
        state->UnreadBytes -= n;
        *read = (nuint)n;
        return 1;
    }

    // No more is copied than the workspace has room for; the rest comes again when that has been sent.
    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* buffer, nuint bytes, nuint* written)
    {
        var state = (TlsWorkspace.State*)OpenSsl.BIO_get_data(bio);
        int n = (int)Math.Min(bytes, (nuint)(TlsWorkspace.Capacity - state->ProducedBytes));
        if (n == 0)
        {
            OpenSsl.BIO_clear_flags(bio, RetryRead);
            OpenSsl.BIO_set_flags(bio, RetryWrite);
            *written = 0;
            return 0;
        }

        new ReadOnlySpan<byte>(buffer, n).CopyTo(new Span<byte>(state->Produced + state->ProducedBytes, n));
        state->ProducedBytes += n;
        *written = (nuint)n;
        return 1;
    }

    // 0: OpenSSL's hold on the session stays its own.
    [UnmanagedCallersOnly]
    private static int NoteSession(nint ssl, nint session)
    {
        ((TlsWorkspace.State*)OpenSsl.BIO_get_data(OpenSsl.SSL_get_rbio(ssl)))->NewSessions++;
        return 0;
    }

    // Only flushing is asked of it with a meaning; 0 says that the rest is not known here.
    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, void* argument) =>
        command == OpenSslAbi.BIO_CTRL_FLUSH ? 1 : 0;
}
