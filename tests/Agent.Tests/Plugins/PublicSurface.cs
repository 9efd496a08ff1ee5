using System.Reflection;

namespace NetEdit.Agent.Tests.Plugins;

/// <summary>Collects the types that public types mention: what somebody who uses these can get hold of.</summary>
internal sealed class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.Public
        | BindingFlags.NonPublic;

    private readonly HashSet<Type> _mentioned = [];

    private PublicSurface() { }

    /// <summary>Collects from bases, interfaces, constraints, and the signatures of public and protected members.</summary>
    /// <param name="types">The types to begin with. They are mentioned only where another signature names them.</param>
    /// <returns>Every type mentioned, the parts of constructed types and of arrays each by itself.</returns>
    public static IReadOnlySet<Type> Of(params IEnumerable<Type> types)
    {
        var surface = new PublicSurface();
        foreach (var type in types)
        {
            surface.Walk(type);
        }

        return surface._mentioned;
    }

    private void Walk(Type type)
    {
        Mention(type.BaseType);
        Mention(type.GetInterfaces());
        Mention(type.GetGenericArguments());
        foreach (
            var field in type.GetFields(Declared)
                .Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
        )
        {
            Mention(field.FieldType);
        }

        // The accessors of properties and events are methods, too.
        foreach (var method in type.GetMethods(Declared).Where(IsVisible))
        {
            Mention(method.ReturnType);
            Mention(method.GetGenericArguments());
            Mention(method.GetParameters().Select(parameter => parameter.ParameterType));
        }

        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            Mention(constructor.GetParameters().Select(parameter => parameter.ParameterType));
        }

        foreach (
            var nested in type.GetNestedTypes(Declared)
                .Where(nested => nested.IsNestedFamily || nested.IsNestedFamORAssem)
        )
        {
            Walk(nested);
        }
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private void Mention(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Mention(type);
        }
    }

    private void Mention(Type? type)
    {
        if (type is null || !_mentioned.Add(type))
        {
            return;
        }

        Mention(type.GetElementType());
        if (type.IsGenericParameter)
        {
            Mention(type.GetGenericParameterConstraints());
        }
        else if (type.IsConstructedGenericType)
        {
            Mention(type.GetGenericTypeDefinition());
            Mention(type.GenericTypeArguments);
        }
    }
}
