using System.Net;
using System.Net.Sockets;
using Turnpike.Hosting;

namespace Turnpike.Commands.Doctor;

/// <summary>Looks whether this server answers at an address, somebody else does, or nobody.</summary>
internal static class AddressCheck
{
    private const string Part = "address";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="url">One address of the settings.</param>
    public static async Task<AddressAnswer> RunAsync(string url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ListenAddress.ForLocalClient(url) + "/health/ready");
            using var response = await http.SendAsync(request, patience.Token);
            return await JudgeAsync(url, response, patience.Token);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return Nobody(Finding.Ok(Part, $"{url} is free; no server runs there."));
        }
        catch (HttpRequestException)
        {
            return Nobody(Finding.Fault(Part, $"What answers at {url} is not a Turnpike. Stop it, or choose another address with --urls."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nobody(Finding.Fault(Part, $"What listens at {url} does not answer within {Patience.TotalSeconds:0} s. See its log."));
        }
    }

    private static async Task<AddressAnswer> JudgeAsync(string url, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return new(Finding.Ok(Part, $"A server runs at {url} and is ready."), IsReady: true);
            case HttpStatusCode.ServiceUnavailable:
                var reason = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
                return Nobody(Finding.Fault(Part, $"The server at {url} is not ready: {reason}"));
            default:
                return Nobody(Finding.Fault(
                    Part, $"Another program answers at {url} ({(int)response.StatusCode}). Stop it, or choose another address with --urls."));
        }
    }

    private static AddressAnswer Nobody(Finding finding) => new(finding, IsReady: false);
}

/// <summary>What was found at an address, and whether it is a server that takes requests.</summary>
internal readonly record struct AddressAnswer(Finding Finding, bool IsReady);
