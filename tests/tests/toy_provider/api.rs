//! The toy provider's calls: paths of words, answers of JSON.

use bytes::Bytes;
use countermand_client::{ApiFuture, DeviceSink, ProviderApi, ProviderDriver};
use countermand_core_model::{
    CancelAnswer, Command, CommandId, CommandState, Device, DeviceRef, ExposeSecret, InvalidValue,
    Keys, Listing, Organization, PageEnd, Provider, ProviderDetail, Secret, Timestamp,
};
use countermand_transport::{
    Answer, ApiError, ApiErrorKind, Attempts, BaseUrl, BoxTransport, RequestClass, SharedTimer,
    Transport, TransportError,
};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

use crate::descriptor::TOY;

pub static DRIVER: ProviderDriver = ProviderDriver {
    descriptor: &TOY,
    authenticate,
    connect,
};

fn authenticate(
    inner: BoxTransport,
    _: &BaseUrl,
    keys: &Keys,
    _: &SharedTimer,
) -> Result<BoxTransport, InvalidValue> {
    let key = keys.get("toy_key")?.clone();
    Ok(BoxTransport::new(Authenticated { inner, key }))
}

fn connect(
    transport: BoxTransport,
    base: BaseUrl,
    org: &Organization,
) -> Result<Box<dyn ProviderApi>, InvalidValue> {
    let org = org.clone();
    Ok(Box::new(Toy {
        transport,
        base,
        org,
    }))
}

struct Authenticated {
    inner: BoxTransport,
    key: Secret,
}

impl Transport for Authenticated {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // Exposed to be sent.
        let key = HeaderValue::from_str(self.key.expose_secret()).unwrap();
        request.headers_mut().insert("toy-key", key);
        self.inner.send(request).await
    }
}

#[derive(Clone, Debug)]
struct Toy {
    transport: BoxTransport,
    base: BaseUrl,
    org: Organization,
}

impl Toy {
    async fn call(&self, method: &str, path: &str) -> Result<Answer<Value>, ApiError> {
        let class = match method {
            "GET" => RequestClass::Read,
            _ => RequestClass::Cancel,
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .extension(class)
            .body(Bytes::new());
        let response = self.transport.send(request.unwrap()).await?;
        let kind = match response.status() {
            StatusCode::OK => None,
            StatusCode::UNAUTHORIZED => Some(ApiErrorKind::Unauthorized),
            StatusCode::NOT_FOUND => Some(ApiErrorKind::NotFound),
            _ => Some(ApiErrorKind::Rejected),
        };
        let attempts = Attempts::of(&response);
        if let Some(kind) = kind {
            let error = ApiError::answered(kind, response.status(), ProviderDetail::default());
            return Err(error.with_attempts(attempts));
        }
        let value = serde_json::from_slice(response.body())
            .map_err(|error| ApiError::unreadable(response.status(), error.to_string()))?;
        Ok(Answer { value, attempts })
    }

    fn command(&self, device: &DeviceRef, value: &Value) -> Result<Command, InvalidValue> {
        let provider = Provider::Other(&TOY);
        let id = CommandId::parse(provider, value["id"].as_str().unwrap_or_default())?;
        let mut command = Command::new(self.org.clone(), device.clone(), id);
        command.kind = "BEEP".to_owned();
        command.state = match value["state"].as_str() {
            Some("waiting") => CommandState::Pending,
            Some("cancelled") => CommandState::Cancelled,
            Some("done") => CommandState::Succeeded,
            _ => CommandState::Unknown,
        };
        command.created_at = value["at"].as_i64().and_then(Timestamp::from_millis);
        Ok(command)
    }
}

fn path(device: &DeviceRef) -> String {
    format!("/devices/{}/commands", device.short())
}

impl ProviderApi for Toy {
    fn over(&self, transport: BoxTransport) -> Box<dyn ProviderApi> {
        Box::new(Self {
            transport,
            ..self.clone()
        })
    }

    fn check(&self) -> ApiFuture<'_, Option<String>> {
        Box::pin(async {
            self.call("GET", "/devices").await?;
            Ok(None)
        })
    }

    fn devices<'a>(
        &'a self,
        search: Option<&'a str>,
        sink: &'a mut dyn DeviceSink,
    ) -> ApiFuture<'a, Listing<Device>> {
        Box::pin(async move {
            let answer = self.call("GET", "/devices").await?;
            let ids = answer.value.as_array().into_iter().flatten();
            let ids = ids.filter_map(Value::as_str);
            let devices = ids.filter_map(|id| DeviceRef::parse_for(Provider::Other(&TOY), id).ok());
            let devices = devices.map(Device::new);
            let found = devices.filter(|device| search.is_none_or(|text| device.matches(text)));
            sink.take(found.collect());
            Ok(Listing::new(Vec::new(), PageEnd::Complete))
        })
    }

    fn commands<'a>(
        &'a self,
        device: &'a DeviceRef,
        _: Option<CommandState>,
    ) -> ApiFuture<'a, Listing<Command>> {
        Box::pin(async move {
            let answer = self.call("GET", &path(device)).await?;
            let items = answer.value.as_array().into_iter().flatten();
            let commands = items.map(|item| self.command(device, item));
            let commands = commands.collect::<Result<_, _>>()?;
            Ok(Listing::new(commands, PageEnd::Complete))
        })
    }

    fn commands_back_to<'a>(
        &'a self,
        device: &'a DeviceRef,
        _: Timestamp,
    ) -> ApiFuture<'a, Vec<Command>> {
        Box::pin(async { Ok(self.commands(device, None).await?.items) })
    }

    fn command<'a>(&'a self, device: &'a DeviceRef, id: &'a CommandId) -> ApiFuture<'a, Command> {
        Box::pin(async move {
            let path = format!("{}/{id}", path(device));
            let answer = self.call("GET", &path).await?;
            Ok(self.command(device, &answer.value)?)
        })
    }

    fn cancel<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a CommandId,
    ) -> ApiFuture<'a, Answer<CancelAnswer>> {
        Box::pin(async move {
            let path = format!("{}/{id}/cancel", path(device));
            let answer = self.call("POST", &path).await?;
            Ok(Answer {
                value: CancelAnswer::default(),
                attempts: answer.attempts,
            })
        })
    }

    fn cancel_all<'a>(&'a self, _: &'a DeviceRef) -> ApiFuture<'a, Answer<CancelAnswer>> {
        unreachable!("the descriptor says that there is no such call")
    }
}
