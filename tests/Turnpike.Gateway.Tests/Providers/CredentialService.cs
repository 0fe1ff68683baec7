using System.Net;
using System.Text;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>The services that give credentials, all behind one handler: answers by method and address, and keeps what it was asked.</summary>
internal sealed class CredentialService : HttpMessageHandler
{
    private readonly Dictionary<string, Func<string>> _answers = new(StringComparer.Ordinal);
    private TaskCompletionSource? _gate;

    /// <summary>Method, address, headers that are not the usual ones, and body, of each question.</summary>
    public List<Question> Asked { get; } = [];

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>Answers a question by its method and address: <c>GET http://169.254.169.254/latest</c>. All others get status 404.</summary>
    public CredentialService On(string question, string answer) => On(question, () => answer);

    /// <inheritdoc cref="On(string, string)"/>
    public CredentialService On(string question, Func<string> answer)
    {
        _answers[question] = answer;
        return this;
    }

    /// <summary>Nobody is answered until it is set.</summary>
    public TaskCompletionSource Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(static h => h.Key, static h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        Asked.Add(new($"{request.Method} {request.RequestUri!.AbsoluteUri}", headers, body));
        await (_gate?.Task ?? Task.CompletedTask);
        return _answers.TryGetValue(Asked[^1].To, out var answer)
            ? new(Status) { Content = new StringContent(answer()) }
            : new(HttpStatusCode.NotFound) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes("nothing here")) };
    }

    internal sealed record Question(string To, Dictionary<string, string> Headers, string Body)
    {
        /// <summary>The fields of a form, sorted, undone: <c>a=1 b=2</c>.</summary>
        public string Form => string.Join(' ', Body.Split('&').Select(static f => WebUtility.UrlDecode(f)).Order(StringComparer.Ordinal));
    }
}
