using System.Text;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Logging;

/// <summary>OpenSSL's numbers (X509_V_ERR_…) by the names that the connection log has for them.</summary>
public sealed class VerifyStatusTests
{
    // Source: openssl/x509_vfy.h of OpenSSL 3.0; ALB user guide, connection log error reasons
    private static readonly Dictionary<string, int[]> _numbers = new()
    {
        ["ClientCertMaxChainDepthExceeded"] = [22],
        ["ClientCertMaxSizeExceeded"] = [1001],
        ["ClientCertCrlHit"] = [23],
        ["ClientCertCrlProcessingError"] = [3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44, 54],
        ["ClientCertUntrusted"] = [2, 18, 19, 20, 21, 27, 29, 30, 31],
        ["ClientCertNotYetValid"] = [9],
        ["ClientCertExpired"] = [10],
        ["ClientCertTypeUnsupported"] = [66, 67, 68, 1000],
        ["ClientCertPurposeInvalid"] = [26],
        ["ClientCertInvalid"] = [4, 6, 7, 13, 14, 24, 25, 32, 34, 41, 47, 48, 79],
        ["UnmappedConnectionError"] = [0, 1, 17, 28, 65, 999],
    };

    [Fact]
    public void Of_EachNumber_IsTheNameOfItsMeaning()
    {
        foreach ((string name, int[] numbers) in _numbers)
        {
            Assert.All(numbers, number => Assert.Equal($"Failed:{name}", Encoding.ASCII.GetString(VerifyStatus.Of((TlsVerifyError)number))));
        }
    }

    [Fact]
    public void Of_EveryErrorThatHasAName_IsInTheTable() => Assert.Equal(
        Enum.GetValues<TlsVerifyError>().Select(static error => (int)error).Order(),
        _numbers.Values.SelectMany(static numbers => numbers).Where(static number => Enum.IsDefined((TlsVerifyError)number)).Order());
}
