using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Turnpike.Configuration;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Hosting;

/// <summary>What keeps a server from starting, or a command from working, in a sentence for the operator.</summary>
internal static class StartFault
{
    /// <param name="settings">The addresses are named when they are known.</param>
    /// <returns>Null for what nobody expected: a bug, which is shown as it is.</returns>
    public static string? Explain(Exception exception, TurnpikeSettings? settings = null) => exception switch
    {
        IOException { InnerException: AddressInUseException } or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"cannot listen on {Addresses(settings)}: the address is already in use. Stop the program that uses it "
            + "('turnpike doctor' looks), or choose another one with --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"this user may not listen on {Addresses(settings)}: ports below 1024 need a privilege. Choose a higher one with --urls.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"this machine does not have the address of {Addresses(settings)}. Choose one that it has with --urls.",
        StartException or DataDirectoryInUseException or SchemaUnknownException or SchemaOutdatedException or StoreUnavailableException or IOException or UnauthorizedAccessException
            or InvalidDataException or NotSupportedException => exception.Message,
        AggregateException { InnerException: { } inner } => Explain(inner, settings),
        _ => null,
    };

    private static string Addresses(TurnpikeSettings? settings) =>
        settings is null ? "this address" : string.Join(" or ", settings.Urls.Concat(settings.AdminUrls));
}
