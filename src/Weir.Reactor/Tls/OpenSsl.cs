using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// The calls into OpenSSL 3. Their constants are <see cref="OpenSslAbi"/>. Nothing here may be called before
/// <see cref="TlsLibrary.Problem"/> has said that the library is there.
/// </summary>
/// <remarks>
/// Calls that come back to <see cref="RecordBio"/>'s functions, or may take long (handshakes compute signatures), make the
/// collector's transition; the others leave it out: they are short, never block and never call back.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static unsafe class OpenSsl
{
    public const string LibSsl = "libssl.so.3";
    public const string LibCrypto = "libcrypto.so.3";

    [DllImport(LibCrypto)]
    public static extern nuint OpenSSL_version_num();

    [DllImport(LibCrypto)]
    public static extern byte* OpenSSL_version(int what);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void ERR_clear_error();

    [DllImport(LibCrypto)]
    public static extern nuint ERR_peek_error();

    [DllImport(LibCrypto)]
    public static extern nuint ERR_peek_last_error();

    [DllImport(LibCrypto)]
    public static extern byte* ERR_reason_error_string(nuint error);

    [DllImport(LibCrypto)]
    public static extern RandMethod* RAND_OpenSSL();

    [DllImport(LibCrypto)]
    public static extern int RAND_set_rand_method(RandMethod* method);

    [DllImport(LibCrypto)]
    public static extern int BIO_get_new_index();

    [DllImport(LibCrypto)]
    public static extern nint BIO_meth_new(int type, byte* name);

    [DllImport(LibCrypto)]
    public static extern int BIO_meth_set_read_ex(nint method, delegate* unmanaged<nint, byte*, nuint, nuint*, int> read);

    [DllImport(LibCrypto)]
    public static extern int BIO_meth_set_write_ex(nint method, delegate* unmanaged<nint, byte*, nuint, nuint*, int> write);

    [DllImport(LibCrypto)]
    public static extern int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, void*, nint> ctrl);

    [DllImport(LibCrypto)]
    public static extern nint BIO_new(nint method);

    [DllImport(LibCrypto)]
    public static extern nint BIO_new_mem_buf(byte* bytes, int count);

    [DllImport(LibCrypto)]
    public static extern int BIO_free(nint bio);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void BIO_set_data(nint bio, void* data);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void* BIO_get_data(nint bio);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void BIO_set_init(nint bio, int init);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void BIO_set_flags(nint bio, int flags);

    [DllImport(LibCrypto), SuppressGCTransition]
    public static extern void BIO_clear_flags(nint bio, int flags);

    [DllImport(LibCrypto)]
    public static extern nint PEM_read_bio_X509(nint bio, nint* x509, delegate* unmanaged<byte*, int, int, void*, int> password, void* argument);

    [DllImport(LibCrypto)]
    public static extern nint PEM_read_bio_PrivateKey(nint bio, nint* key, delegate* unmanaged<byte*, int, int, void*, int> password, void* argument);

    [DllImport(LibCrypto)]
    public static extern int X509_check_private_key(nint x509, nint key);

    [DllImport(LibCrypto)]
    public static extern void X509_free(nint x509);

    [DllImport(LibCrypto)]
    public static extern int i2d_X509(nint x509, byte** der);

    [DllImport(LibCrypto)]
    public static extern void EVP_PKEY_free(nint key);

    [DllImport(LibCrypto)]
    public static extern int RAND_bytes(byte* bytes, int count);

    [DllImport(LibCrypto)]
    public static extern nint EVP_aes_256_cbc();

    [DllImport(LibCrypto)]
    public static extern int EVP_EncryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [DllImport(LibCrypto)]
    public static extern int EVP_DecryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [DllImport(LibCrypto)]
    public static extern int EVP_MAC_CTX_set_params(nint context, OsslParam* parameters);

    [DllImport(LibCrypto)]
    public static extern int OPENSSL_sk_num(nint stack);

    [DllImport(LibCrypto)]
    public static extern int OPENSSL_sk_is_sorted(nint stack);

    [DllImport(LibCrypto)]
    public static extern nint OPENSSL_sk_value(nint stack, int index);

    [DllImport(LibSsl)]
    public static extern nint TLS_server_method();

    [DllImport(LibSsl)]
    public static extern nint TLS_client_method();

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_new(nint method);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_free(nint context);

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_ctrl(nint context, int command, nint number, void* argument);

    [DllImport(LibSsl)]
    public static extern ulong SSL_CTX_set_options(nint context, ulong options);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_set_security_level(nint context, int level);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_cipher_list(nint context, byte* names);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_ciphersuites(nint context, byte* names);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_use_certificate(nint context, nint x509);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_use_PrivateKey(nint context, nint key);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_set_alpn_select_cb(
        nint context, delegate* unmanaged<nint, byte**, byte*, byte*, uint, void*, int> select, void* argument);

    // 0 is success, unlike everywhere else.
    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint bytes);

    [DllImport(LibSsl)]
    public static extern int SSL_select_next_proto(
        byte** chosen, byte* chosenBytes, byte* server, uint serverBytes, byte* client, uint clientBytes);

    [DllImport(LibCrypto)]
    public static extern int X509_VERIFY_PARAM_set1_ip_asc(nint parameters, byte* address);

    [DllImport(LibCrypto)]
    public static extern byte* X509_verify_cert_error_string(nint code);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_set_verify(nint context, int mode, delegate* unmanaged<int, nint, int> callback);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_default_verify_paths(nint context);

    [DllImport(LibSsl)]
    public static extern nint SSL_get0_param(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_set1_host(nint ssl, byte* name);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_verify_result(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_callback_ctrl(nint context, int command, void* callback);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_ex_data(nint context, int index, void* data);

    [DllImport(LibSsl)]
    public static extern void* SSL_CTX_get_ex_data(nint context, int index);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_session_id_context(nint context, byte* id, uint bytes);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        nint context, delegate* unmanaged<nint, byte*, byte*, nint, nint, int, int> callback);

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_set_timeout(nint context, nint seconds);

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_get_ciphers(nint context);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_SSL_CTX(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_set_SSL_CTX(nint ssl, nint context);

    [DllImport(LibSsl)]
    public static extern byte* SSL_get_servername(nint ssl, int type);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_certificate(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_new(nint context);

    [DllImport(LibSsl)]
    public static extern void SSL_free(nint ssl);

    [DllImport(LibSsl)]
    public static extern void SSL_set_bio(nint ssl, nint read, nint write);

    [DllImport(LibSsl)]
    public static extern void SSL_set_accept_state(nint ssl);

    [DllImport(LibSsl)]
    public static extern void SSL_set_connect_state(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_ctrl(nint ssl, int command, nint number, void* argument);

    [DllImport(LibSsl)]
    public static extern int SSL_do_handshake(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_read_ex(nint ssl, byte* buffer, nuint bytes, nuint* read);

    [DllImport(LibSsl)]
    public static extern int SSL_peek_ex(nint ssl, byte* buffer, nuint bytes, nuint* read);

    [DllImport(LibSsl)]
    public static extern int SSL_write_ex(nint ssl, byte* buffer, nuint bytes, nuint* written);

    [DllImport(LibSsl)]
    public static extern int SSL_shutdown(nint ssl);

    [DllImport(LibSsl), SuppressGCTransition]
    public static extern int SSL_get_error(nint ssl, int result);

    [DllImport(LibSsl)]
    public static extern int SSL_session_reused(nint ssl);

    [DllImport(LibSsl), SuppressGCTransition]
    public static extern int SSL_is_init_finished(nint ssl);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_sess_set_new_cb(nint context, delegate* unmanaged<nint, nint, int> note);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_session(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_set_session(nint ssl, nint session);

    [DllImport(LibSsl)]
    public static extern nint SSL_SESSION_dup(nint session);

    [DllImport(LibSsl)]
    public static extern void SSL_SESSION_free(nint session);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_rbio(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_has_pending(nint ssl);

    [DllImport(LibSsl)]
    public static extern byte* SSL_rstate_string(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_free_buffers(nint ssl);

    [DllImport(LibSsl)]
    public static extern int SSL_version(nint ssl);

    [DllImport(LibSsl)]
    public static extern byte* SSL_get_version(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_current_cipher(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_pending_cipher(nint ssl);

    [DllImport(LibSsl)]
    public static extern byte* SSL_CIPHER_get_name(nint cipher);

    [DllImport(LibSsl)]
    public static extern byte* SSL_group_to_name(nint ssl, int id);

    [DllImport(LibSsl)]
    public static extern void SSL_get0_alpn_selected(nint ssl, byte** protocol, uint* bytes);

    [DllImport(LibCrypto)]
    public static extern nint BIO_s_mem();

    [DllImport(LibCrypto)]
    public static extern nint BIO_ctrl(nint bio, int command, nint number, void* argument);

    [DllImport(LibCrypto)]
    public static extern nint PEM_read_bio_X509_CRL(nint bio, nint* crl, delegate* unmanaged<byte*, int, int, void*, int> password, void* argument);

    [DllImport(LibCrypto)]
    public static extern void X509_CRL_free(nint crl);

    [DllImport(LibCrypto)]
    public static extern nint X509_CRL_get_REVOKED(nint crl);

    [DllImport(LibCrypto)]
    public static extern nint X509_CRL_get_issuer(nint crl);

    [DllImport(LibCrypto)]
    public static extern nint X509_CRL_get0_lastUpdate(nint crl);

    [DllImport(LibCrypto)]
    public static extern nint X509_CRL_get0_nextUpdate(nint crl);

    [DllImport(LibCrypto)]
    public static extern int X509_CRL_get0_by_serial(nint crl, nint* revoked, nint serial);

    [DllImport(LibCrypto)]
    public static extern nint X509_STORE_new();

    [DllImport(LibCrypto)]
    public static extern void X509_STORE_free(nint store);

    [DllImport(LibCrypto)]
    public static extern int X509_STORE_add_cert(nint store, nint x509);

    [DllImport(LibCrypto)]
    public static extern int X509_STORE_add_crl(nint store, nint crl);

    [DllImport(LibCrypto)]
    public static extern int X509_verify_cert(nint chain);

    [DllImport(LibCrypto)]
    public static extern nint X509_STORE_CTX_get0_cert(nint chain);

    [DllImport(LibCrypto)]
    public static extern int X509_STORE_CTX_get_error(nint chain);

    [DllImport(LibCrypto)]
    public static extern void X509_STORE_CTX_set_error(nint chain, int error);

    [DllImport(LibCrypto)]
    public static extern int X509_STORE_CTX_get_error_depth(nint chain);

    [DllImport(LibCrypto)]
    public static extern int X509_VERIFY_PARAM_set_flags(nint parameters, nuint flags);

    [DllImport(LibCrypto)]
    public static extern void X509_VERIFY_PARAM_set_time(nint parameters, nint unixSeconds);

    [DllImport(LibCrypto)]
    public static extern nint X509_VERIFY_PARAM_get_time(nint parameters);

    [DllImport(LibCrypto)]
    public static extern int X509_check_ca(nint x509);

    [DllImport(LibCrypto)]
    public static extern int X509_check_issued(nint issuer, nint subject);

    [DllImport(LibCrypto)]
    public static extern int X509_verify(nint x509, nint key);

    [DllImport(LibCrypto)]
    public static extern nint X509_get_version(nint x509);

    [DllImport(LibCrypto)]
    public static extern int X509_get_signature_info(nint x509, int* hash, int* key, int* securityBits, uint* flags);

    [DllImport(LibCrypto)]
    public static extern nint X509_get_subject_name(nint x509);

    [DllImport(LibCrypto)]
    public static extern nint X509_get_issuer_name(nint x509);

    [DllImport(LibCrypto)]
    public static extern int X509_NAME_print_ex(nint bio, nint name, int indent, nuint flags);

    [DllImport(LibCrypto)]
    public static extern int i2d_X509_NAME(nint name, byte** der);

    [DllImport(LibCrypto)]
    public static extern nint X509_get_serialNumber(nint x509);

    [DllImport(LibCrypto)]
    public static extern nint ASN1_INTEGER_to_BN(nint integer, nint number);

    [DllImport(LibCrypto)]
    public static extern byte* BN_bn2hex(nint number);

    [DllImport(LibCrypto)]
    public static extern void BN_free(nint number);

    [DllImport(LibCrypto)]
    public static extern void CRYPTO_free(void* memory, byte* file, int line);

    [DllImport(LibCrypto)]
    public static extern nint X509_get0_notBefore(nint x509);

    [DllImport(LibCrypto)]
    public static extern nint X509_get0_notAfter(nint x509);

    [DllImport(LibCrypto)]
    public static extern int ASN1_TIME_to_tm(nint time, TlsPeerCertificate.CalendarTime* read);

    [DllImport(LibCrypto)]
    public static extern nint X509_get0_pubkey(nint x509);

    [DllImport(LibCrypto)]
    public static extern int EVP_PKEY_get_id(nint key);

    [DllImport(LibCrypto)]
    public static extern int EVP_PKEY_get_bits(nint key);

    [DllImport(LibCrypto)]
    public static extern int EVP_PKEY_get_group_name(nint key, byte* name, nuint room, nuint* bytes);

    [DllImport(LibCrypto)]
    public static extern int EVP_PKEY_get_utf8_string_param(nint key, byte* name, byte* value, nuint room, nuint* bytes);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged<nint, void*, int> verify, void* argument);

    [DllImport(LibSsl)]
    public static extern void SSL_CTX_set_verify_depth(nint context, int depth);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_set_num_tickets(nint context, nuint tickets);

    [DllImport(LibSsl)]
    public static extern nint SSL_CTX_get0_param(nint context);

    [DllImport(LibSsl)]
    public static extern int SSL_CTX_add_client_CA(nint context, nint x509);

    [DllImport(LibSsl)]
    public static extern nint SSL_get0_peer_certificate(nint ssl);

    [DllImport(LibSsl)]
    public static extern nint SSL_get_peer_cert_chain(nint ssl);

    /// <summary>Gives both record buffers back. False: one of them holds something.</summary>
    // Before 3.0.14 the call frees a buffer too that a record is still being read from (CVE-2024-4741), so that is asked first: nothing
    // of a record is left, and what is awaited ("RH") is the header of the next.
    public static bool ReleaseBuffers(nint ssl) =>
        SSL_has_pending(ssl) == 0 && SSL_rstate_string(ssl)[1] == (byte)'H' && SSL_free_buffers(ssl) == 1;

    /// <summary>OpenSSL's words for why a certificate is not trusted.</summary>
    public static string DescribeVerification(nint code) => Marshal.PtrToStringUTF8((nint)X509_verify_cert_error_string(code)) ?? "";

    /// <summary>OpenSSL's words for an error number.</summary>
    public static string Describe(nuint error) =>
        Marshal.PtrToStringUTF8((nint)ERR_reason_error_string(error)) ?? $"OpenSSL error {error:x8}";
}
