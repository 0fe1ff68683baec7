using System.Collections.Immutable;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads a provider over what is known of it: what is not given stays.</summary>
internal static class ProviderReader
{
    public const int ConcurrencyMaxMax = 1_000_000;
    public const int RetentionDaysMax = 36_500;

    // They frame the request or name the host; a wrong one breaks every call in ways that are hard to see.
    private static readonly string[] ReservedHeaders =
        ["content-length", "transfer-encoding", "connection", "host", "content-type", "expect", "te", "trailer", "upgrade"];

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads the fields of a provider; the caller has read <c>id</c> and <c>enabled</c>, and calls <see cref="ObjectReader.Done"/>.</summary>
    public static Provider Read(ObjectReader o, Provider basis) => basis with
    {
        Name = o.Text("name", charsMax: 100) ?? basis.Name,
        Dialect = o.Choice("dialect", Dialects.All) ?? basis.Dialect,
        BaseUrl = o.HttpUrl("baseUrl") ?? basis.BaseUrl,
        ApiKey = o.Secret("key") ?? basis.ApiKey,
        Headers = Headers(o, basis.Headers),
        Timeouts = Timeouts(o.Object("timeouts"), basis.Timeouts),
        ConcurrencyMax = o.Whole("concurrency", 1, ConcurrencyMaxMax) ?? basis.ConcurrencyMax,
        DataPolicy = Policy(o.Object("dataPolicy"), basis.DataPolicy),
        Quirks = QuirksReader.Read(o, basis.Quirks),
        Settings = Settings(o, basis.Settings),
        PrivacyPolicyUrl = o.PageUrl("privacyPolicyUrl") ?? basis.PrivacyPolicyUrl,
        TermsOfServiceUrl = o.PageUrl("termsOfServiceUrl") ?? basis.TermsOfServiceUrl,
        StatusPageUrl = o.PageUrl("statusPageUrl") ?? basis.StatusPageUrl,
        Headquarters = o.Text("headquarters", CountryFault) ?? basis.Headquarters,
        Datacenters = o.Texts("datacenters", CountryFault) ?? basis.Datacenters,
    };

    private static string? CountryFault(string code) =>
        code.Length == 2 && code.All(char.IsAsciiLetterUpper) ? null : "must be a country's two capital letters";

    private static ProviderTimeouts Timeouts(ObjectReader o, ProviderTimeouts basis)
    {
        var timeouts = basis with
        {
            Connect = o.Duration("connect", Shortest, TimeSpan.FromMinutes(2)) ?? basis.Connect,
            FirstToken = o.Duration("firstToken", Shortest, TimeSpan.FromHours(1)) ?? basis.FirstToken,
            Idle = o.Duration("idle", Shortest, TimeSpan.FromHours(1)) ?? basis.Idle,
            Total = o.Duration("total", Shortest, TimeSpan.FromHours(24)) ?? basis.Total,
            Queue = o.Duration("queue", Shortest, TimeSpan.FromMinutes(10)) ?? basis.Queue,
        };
        o.Done();
        return timeouts;
    }

    private static DataPolicy Policy(ObjectReader o, DataPolicy basis)
    {
        var policy = basis with
        {
            Training = o.Flag("training") ?? basis.Training,
            RetainsPrompts = o.Flag("retainsPrompts") ?? basis.RetainsPrompts,
            RetentionDays = o.Whole("retentionDays", 0, RetentionDaysMax) ?? basis.RetentionDays,
        };
        if (!policy.RetainsPrompts && policy.RetentionDays is > 0)
        {
            if (o.Has("retentionDays"))
            {
                o.Fault("retentionDays", "must be 0 where retainsPrompts is false");
            }

            policy = policy with { RetentionDays = 0 };
        }

        o.Done();
        return policy;
    }

    private static ImmutableSortedDictionary<string, Secret> Settings(ObjectReader o, ImmutableSortedDictionary<string, Secret> basis)
    {
        var members = o.Members("settings");
        var values = members.Length == 0 ? null : new ObjectReader(members[0].Parent, o.Context);
        var settings = basis;
        foreach (var member in members)
        {
            var name = member.Name!; // A member of an object has a name.
            if (name.Length > 64 || !name.All(char.IsAsciiLetterOrDigit))
            {
                o.Context.Faults.AddAtName(member, "is not the name of a setting: letters and digits");
            }
            else if (values!.Secret(name) is { } value) // There are values where there are members.
            {
                settings = settings.SetItem(name, value);
            }
        }

        return settings;
    }

    private static ImmutableArray<KeyValuePair<string, Secret>> Headers(ObjectReader o, ImmutableArray<KeyValuePair<string, Secret>> basis)
    {
        var members = o.Members("headers");
        if (members.Length == 0)
        {
            return basis;
        }

        var values = new ObjectReader(members[0].Parent, o.Context);
        var headers = basis.ToList();
        foreach (var member in members)
        {
            var name = member.Name!; // A member of an object has a name.
            if (NameFault(name) is { } fault)
            {
                o.Context.Faults.AddAtName(member, fault);
                continue;
            }

            headers.RemoveAll(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (values.Secret(name) is { } value)
            {
                headers.Add(new(name, value));
            }
        }

        return [.. headers];
    }

    private static string? NameFault(string name) =>
        name.Length is 0 or > 100 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
            ? "is not a header's name"
            : ReservedHeaders.Contains(name.ToLowerInvariant()) ? "is a header that is not yours to set"
            : null;
}
