// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/tlsstream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <poll.h>

namespace lapidary {

namespace {

constexpr std::string_view identity = "lapidary-link-1";
// The hash of an external key and of the cipher suite must be the same one.
constexpr char suites[] = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr unsigned char suiteId[] = {0x13, 0x01};

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
using Connection = std::unique_ptr<SSL, void (*)(SSL*)>;

int secretIndex() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

SSL_SESSION* sessionOf(SSL* ssl) {
    const auto* secret = static_cast<const std::string*>(SSL_get_ex_data(ssl, secretIndex()));
    const auto* cipher = SSL_CIPHER_find(ssl, suiteId);
    SSL_SESSION* session = secret && cipher ? SSL_SESSION_new() : nullptr;
    if (session &&
        SSL_SESSION_set1_master_key(session, reinterpret_cast<const unsigned char*>(secret->data()), secret->size()) &&
        SSL_SESSION_set_cipher(session, cipher) && SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION))
        return session;
    SSL_SESSION_free(session);
    return nullptr;
}

int useSession(SSL* ssl, const EVP_MD*, const unsigned char** id, std::size_t* idLength, SSL_SESSION** session) {
    *session = sessionOf(ssl);
    *id = reinterpret_cast<const unsigned char*>(identity.data());
    *idLength = identity.size();
    return *session ? 1 : 0;
}

int findSession(SSL* ssl, const unsigned char* id, std::size_t idLength, SSL_SESSION** session) {
    const bool known = std::string_view(reinterpret_cast<const char*>(id), idLength) == identity;
    *session = known ? sessionOf(ssl) : nullptr;
    return 1;
}

Context makeContext(TlsRole role) {
    Context context(SSL_CTX_new(role == TlsRole::Client ? TLS_client_method() : TLS_server_method()), SSL_CTX_free);
    if (!context)
        return context;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context.get(), suites);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_num_tickets(context.get(), 0);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (role == TlsRole::Client) {
        // A server that comes with a certificate instead of the key is not ours: there is no authority it could be
        // from.
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_psk_use_session_callback(context.get(), useSession);
    } else {
        SSL_CTX_set_psk_find_session_callback(context.get(), findSession);
    }
    return context;
}

std::string errorText() {
    const auto code = ERR_get_error();
    const char* reason = code ? ERR_reason_error_string(code) : nullptr;
    ERR_clear_error();
    return reason ? reason : "";
}

class TlsStream final : public ByteStream {
public:
    TlsStream(UniqueFd socket, TlsRole role, const PairingKey& key)
        : m_socket(std::move(socket)), m_secret(key.secret()), m_context(makeContext(role)), m_ssl(nullptr, SSL_free) {
        prepareFd(m_socket.get());
        if (!m_context)
            return;
        m_ssl.reset(SSL_new(m_context.get()));
        SSL_set_ex_data(m_ssl.get(), secretIndex(), &m_secret);
        SSL_set_fd(m_ssl.get(), m_socket.get());
        role == TlsRole::Client ? SSL_set_connect_state(m_ssl.get()) : SSL_set_accept_state(m_ssl.get());
    }
    ~TlsStream() override {
        const PipeSignalGuard guard;
        if (m_ssl && m_alive)
            SSL_shutdown(m_ssl.get());
        ERR_clear_error();
    }

    Status shake(Milliseconds patience) {
        if (!m_ssl)
            return errorDiagnostic("link.tls", "TLS cannot be started: " + errorText());
        const PipeSignalGuard guard;
        const auto until = std::chrono::steady_clock::now() + patience;
        while (true) {
            ERR_clear_error();
            const int result = SSL_do_handshake(m_ssl.get());
            if (result == 1)
                break;
            const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
            if (auto status = waitFor(result, left); !status)
                return status.error().code == "link.tls" ? Status(refusal(status.error())) : status;
        }
        if (!SSL_session_reused(m_ssl.get()))
            return errorDiagnostic("link.pairing", "The other side did not prove that it knows the pairing key");
        m_alive = true;
        return {};
    }

    Result<std::string> read(std::size_t most, Milliseconds wait) override {
        const PipeSignalGuard guard;
        const auto until = std::chrono::steady_clock::now() + wait;
        std::string bytes(most, '\0');
        while (true) {
            ERR_clear_error();
            const int count = SSL_read(m_ssl.get(), bytes.data(), int(most));
            if (count > 0) {
                bytes.resize(std::size_t(count));
                return bytes;
            }
            const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
            if (auto status = waitFor(count, left); !status) {
                if (status.error().code == "link.stalled")
                    return std::string();
                return broken(status.error());
            }
        }
    }

    Status write(std::string_view bytes, Milliseconds patience) override {
        const PipeSignalGuard guard;
        while (!bytes.empty()) {
            ERR_clear_error();
            const int count = SSL_write(m_ssl.get(), bytes.data(), int(bytes.size()));
            if (count > 0)
                bytes.remove_prefix(std::size_t(count));
            else if (auto status = waitFor(count, patience); !status)
                return broken(status.error());
        }
        return {};
    }

    void interrupt() override { m_wait.interrupt(); }

private:
    Diagnostic broken(Diagnostic problem) {
        m_alive = false;
        return problem;
    }

    static Diagnostic refusal(const Diagnostic& problem) {
        for (const char* text : {"binder", "psk", "signature algorithm", "illegal parameter", "handshake failure",
                                 "decrypt error", "no shared cipher", "certificate"})
            if (problem.message.find(text) != std::string::npos)
                return errorDiagnostic("link.pairing", "The pairing keys of the two sides differ",
                                       "Give the key that the agent prints when it starts with --tcp.");
        return problem;
    }

    /// Waits for what the last call of OpenSSL, which gave `result`, needs.
    Status waitFor(int result, Milliseconds most) {
        const int error = errno;
        short events = 0;
        switch (SSL_get_error(m_ssl.get(), result)) {
        case SSL_ERROR_WANT_READ:
            events = POLLIN;
            break;
        case SSL_ERROR_WANT_WRITE:
            events = POLLOUT;
            break;
        case SSL_ERROR_ZERO_RETURN:
            return streamClosed();
        case SSL_ERROR_SYSCALL:
            ERR_clear_error();
            return streamClosed(error != 0 ? std::strerror(error) : "");
        default:
            return errorDiagnostic("link.tls", "The encrypted connection failed: " + errorText());
        }
        switch (m_wait.wait(m_socket.get(), events, std::max(most, Milliseconds(0)))) {
        case InterruptibleWait::Outcome::Ready:
            return {};
        case InterruptibleWait::Outcome::Interrupted:
            return streamClosed("it was closed on this side");
        case InterruptibleWait::Outcome::TimedOut:
            break;
        }
        return errorDiagnostic("link.stalled", "The other side does not answer");
    }

    UniqueFd m_socket;
    std::string m_secret;
    Context m_context;
    Connection m_ssl;
    InterruptibleWait m_wait;
    bool m_alive = false;
};

} // namespace

Result<ByteStreamPtr> startTls(UniqueFd socket, TlsRole role, const PairingKey& key, Milliseconds patience) {
    auto stream = std::make_unique<TlsStream>(std::move(socket), role, key);
    if (auto status = stream->shake(patience); !status)
        return status;
    return ByteStreamPtr(std::move(stream));
}

} // namespace lapidary
