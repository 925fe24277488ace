namespace Weir.Reactor;

/// <summary>Numbers of OpenSSL 3's headers. // Source: openssl/ssl.h, bio.h, err.h, pem.h, x509.h of OpenSSL 3.0</summary>
internal static class OpenSslAbi
{
    /// <summary>OPENSSL_VERSION_NUMBER of 3.0.0: the first with this interface; a 4 would be another library file.</summary>
    public const ulong LeastVersion = 0x3000_0000;

    public const int OPENSSL_VERSION = 0;

    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_WANT_WRITE = 3;
    public const int SSL_ERROR_ZERO_RETURN = 6;

    public const ulong SSL_OP_NO_TICKET = 1UL << 14;
    public const ulong SSL_OP_NO_COMPRESSION = 1UL << 17;
    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1UL << 30;

    public const int SSL_MODE_ENABLE_PARTIAL_WRITE = 0x1;
    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    public const int SSL_MODE_RELEASE_BUFFERS = 0x10;

    public const int SSL_CTRL_GET_TOTAL_RENEGOTIATIONS = 12;
    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_SET_MAX_CERT_LIST = 51;
    public const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    public const int SSL_CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
    public const int SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG = 54;
    public const int SSL_CTRL_CHAIN_CERT = 89;
    public const int SSL_CTRL_SET_GROUPS_LIST = 92;
    public const int SSL_CTRL_SET_VERIFY_CERT_STORE = 106;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    public const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    public const int SSL_CTRL_GET_NEGOTIATED_GROUP = 134;
    public const int SSL_SESS_CACHE_OFF = 0;
    public const int SSL_SESS_CACHE_CLIENT = 1;
    public const int SSL_SESS_CACHE_NO_INTERNAL = 0x300;

    public const int TLS1_2_VERSION = 0x0303;

    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;

    public const uint X509_V_FLAG_CRL_CHECK = 0x4;
    public const uint X509_V_FLAG_CRL_CHECK_ALL = 0x8;
    public const uint X509_V_FLAG_PARTIAL_CHAIN = 0x80000;
    public const nint X509_VERSION_3 = 2;

    /// <summary>Names as in RFC 2253, everything else than ASCII escaped.</summary>
    public const uint XN_FLAG_RFC2253 = 0x1110317;

    public const int NID_sha256 = 672;
    public const int NID_sha384 = 673;
    public const int NID_sha512 = 674;
    public const int EVP_PKEY_RSA = 6;
    public const int EVP_PKEY_RSA_PSS = 912;
    public const int EVP_PKEY_EC = 408;

    public const int SSL_TLSEXT_ERR_OK = 0;
    public const int SSL_TLSEXT_ERR_ALERT_FATAL = 2;
    public const int SSL_TLSEXT_ERR_NOACK = 3;
    public const int TLSEXT_NAMETYPE_host_name = 0;

    /// <summary>Numbers of what an application keeps with a context; 0 is the one that needs no registration.</summary>
    public const int APP_DATA = 0;
    public const int OPENSSL_NPN_NEGOTIATED = 1;

    public const int BIO_TYPE_SOURCE_SINK = 0x0400;
    public const int BIO_FLAGS_READ = 0x01;
    public const int BIO_FLAGS_WRITE = 0x02;
    public const int BIO_FLAGS_SHOULD_RETRY = 0x08;
    public const int BIO_CTRL_INFO = 3;
    public const int BIO_CTRL_FLUSH = 11;

    public const uint OSSL_PARAM_UTF8_STRING = 4;
    public const uint OSSL_PARAM_OCTET_STRING = 5;

    public const int ERR_LIB_PEM = 9;
    public const int ERR_LIB_ASN1 = 13;
    public const int ERR_LIB_SSL = 20;
    public const int SSL_R_BAD_SIGNATURE = 123;
    public const int SSL_R_EXCESSIVE_MESSAGE_SIZE = 152;
    public const int SSL_R_HTTP_REQUEST = 156;
    public const int SSL_R_NO_SHARED_CIPHER = 193;
    public const int SSL_R_PACKET_LENGTH_TOO_LONG = 198;
    public const int SSL_R_NO_APPLICATION_PROTOCOL = 235;
    public const int SSL_R_UNSUPPORTED_PROTOCOL = 258;
    public const int SSL_R_WRONG_SSL_VERSION = 266;
    public const int SSL_R_WRONG_VERSION_NUMBER = 267;
    public const int SSL_R_WRONG_SIGNATURE_TYPE = 370;

    /// <summary>What lies above, in a reason of TLS, is the alert that the peer has sent.</summary>
    public const int SSL_AD_REASON_OFFSET = 1000;
    public const int SSL_AD_HANDSHAKE_FAILURE = 40;
    public const int SSL_AD_BAD_CERTIFICATE = 42;
    public const int SSL_AD_UNSUPPORTED_CERTIFICATE = 43;
    public const int SSL_AD_CERTIFICATE_REVOKED = 44;
    public const int SSL_AD_CERTIFICATE_EXPIRED = 45;
    public const int SSL_AD_CERTIFICATE_UNKNOWN = 46;
    public const int SSL_AD_UNKNOWN_CA = 48;
    public const int SSL_AD_ACCESS_DENIED = 49;
    public const int SSL_AD_PROTOCOL_VERSION = 70;
    public const int SSL_AD_INSUFFICIENT_SECURITY = 71;
    public const int SSL_AD_UNRECOGNIZED_NAME = 112;
    public const int SSL_AD_CERTIFICATE_REQUIRED = 116;
    public const int SSL_AD_NO_APPLICATION_PROTOCOL = 120;
    public const int PEM_R_NO_START_LINE = 108;

    /// <summary>ERR_GET_LIB: which part of OpenSSL an error comes from.</summary>
    public static int LibraryOf(nuint error) => (int)(error >> 23) & 0xFF;

    /// <summary>ERR_GET_REASON.</summary>
    public static int ReasonOf(nuint error) => (int)error & 0x7F_FFFF;
}
