//! The calls.

use std::hash::Hash;

use countermand_core_model::{
    CancelAnswer, Command, CommandState, Device, EnosDevice, Listing, Page, PageEnd, PageRequest,
    PageWalk, Step, Timestamp,
    enos::{CommandId, OrgId},
};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport, Endpoint, call};

use crate::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};

/// After so many pages in a row without one legible item, no more are asked for.
const ILLEGIBLE_PAGES: u32 = 3;

/// An organisation at an EnOS installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Enos {
    transport: BoxTransport,
    base: BaseUrl,
    org: OrgId,
}

impl Enos {
    /// The organisation `org` at `base`. `transport` has [`Signed`](crate::Signed) below it, or leads
    /// to a relay that has.
    pub fn new(transport: BoxTransport, base: BaseUrl, org: OrgId) -> Self {
        Self {
            transport,
            base,
            org,
        }
    }

    /// Returns this client over another transport.
    #[must_use]
    pub fn with_transport(&self, transport: BoxTransport) -> Self {
        Self {
            transport,
            ..self.clone()
        }
    }

    /// The organisation.
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// Every command of `device`, or those in one state, newest first.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn commands(
        &self,
        device: &EnosDevice,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        let page = |page| SearchCommands {
            org: &self.org,
            device,
            state,
            page,
        };
        let key = |command: &Command| command.id.clone();
        let mut listing = self
            .every_page(SearchCommands::PAGE_SIZE, page, key)
            .await?;
        // The server may have ignored the expression.
        listing
            .items
            .retain(|command| state.is_none_or(|state| command.state == state));
        Ok(listing)
    }

    /// What waits on `device`, newest first, and what may wait: whose state cannot be told.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn waiting(&self, device: &EnosDevice) -> Result<Listing<Command>, ApiError> {
        let page = |page| SearchCommands {
            org: &self.org,
            device,
            state: Some(CommandState::Pending),
            page,
        };
        let key = |command: &Command| command.id.clone();
        let mut listing = self
            .every_page(SearchCommands::PAGE_SIZE, page, key)
            .await?;
        listing.items.retain(|command| may_wait(command.state));
        Ok(listing)
    }

    /// The newest commands of `device`: one page of at most 50, in any state. What cannot be read as a
    /// command of this device is left out.
    ///
    /// # Errors
    /// When it does not come, or cannot be read.
    pub async fn newest_commands(&self, device: &EnosDevice) -> Result<Vec<Command>, ApiError> {
        let page = PageRequest {
            number: 1,
            size: SearchCommands::PAGE_SIZE,
        };
        let search = SearchCommands {
            org: &self.org,
            device,
            state: None,
            page,
        };
        Ok(self.call(&search).await?.value.items)
    }

    /// The commands of `device` that were given at `oldest` or later, in any state, and some older
    /// ones: pages are asked for, newest first, until one holds older commands only.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn commands_back_to(
        &self,
        device: &EnosDevice,
        oldest: Timestamp,
    ) -> Result<Vec<Command>, ApiError> {
        let page = |page| SearchCommands {
            org: &self.org,
            device,
            state: None,
            page,
        };
        let key = |command: &Command| command.id.clone();
        let is_older = |command: &Command| command.created_at.is_some_and(|at| at < oldest);
        let enough = |page: &[Command]| !page.is_empty() && page.iter().all(is_older);
        let mut commands = Vec::new();
        let take = |page| commands.extend(page);
        self.pages(SearchCommands::PAGE_SIZE, page, key, enough, take)
            .await?;
        Ok(commands)
    }

    /// One command of `device`.
    ///
    /// # Errors
    /// When it does not come, or the answer is about another.
    pub async fn command(&self, device: &EnosDevice, id: &CommandId) -> Result<Command, ApiError> {
        let get = GetCommand {
            org: &self.org,
            device,
            id,
        };
        Ok(self.call(&get).await?.value)
    }

    /// Asks the vendor to cancel one waiting command. Only reading again tells what became of it.
    ///
    /// # Errors
    /// When the vendor did not take it, or nothing is known: see [`ApiError::cancel_effect`].
    pub async fn cancel(
        &self,
        device: &EnosDevice,
        id: &CommandId,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        let cancel = CancelCommand {
            org: &self.org,
            device,
            id,
        };
        self.call(&cancel).await
    }

    /// Asks the vendor to cancel everything that waits on `device`. Only reading again tells what
    /// became of it.
    ///
    /// # Errors
    /// When the vendor did not take it, or nothing is known: see [`ApiError::cancel_effect`].
    pub async fn cancel_everything(
        &self,
        device: &EnosDevice,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        let cancel = CancelEverything {
            org: &self.org,
            device,
        };
        self.call(&cancel).await
    }

    /// The devices of the organisation, or those of which `search` occurs, without case, in any text
    /// that is shown.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        let mut devices = Vec::new();
        let mut listing = self
            .devices_as_they_come(search, |page| devices.extend(page))
            .await?;
        listing.items = devices;
        Ok(listing)
    }

    /// As [`Self::devices`], each page told as it comes; what comes back has no items, and says how the list
    /// ended. Where it fails, what was told is there all the same.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        mut told: impl FnMut(Vec<Device>),
    ) -> Result<Listing<Device>, ApiError> {
        let page = |page| SearchDevices {
            org: &self.org,
            page,
        };
        let key = |device: &Device| device.device.clone();
        let tell = |mut page: Vec<Device>| {
            page.retain(|device| search.is_none_or(|text| device.matches(text)));
            if !page.is_empty() {
                told(page);
            }
        };
        let enough = |_: &[Device]| false;
        self.pages(SearchDevices::PAGE_SIZE, page, key, enough, tell)
            .await
    }

    /// Proves with one cheap read that a token can be got and that it opens the organisation.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<(), ApiError> {
        let search = SearchDevices {
            org: &self.org,
            page: PageRequest { number: 1, size: 1 },
        };
        self.call(&search).await.map(|_| ())
    }

    async fn call<E: Endpoint>(&self, endpoint: &E) -> Result<Answer<E::Output>, ApiError> {
        call(&self.transport, &self.base, endpoint).await
    }

    async fn every_page<E, T, K>(
        &self,
        size: u32,
        endpoint: impl Fn(PageRequest) -> E,
        key: impl Fn(&T) -> K,
    ) -> Result<Listing<T>, ApiError>
    where
        E: Endpoint<Output = Page<T>>,
        K: Eq + Hash,
    {
        let mut items = Vec::new();
        let enough = |_: &[T]| false;
        let mut listing = self
            .pages(size, endpoint, key, enough, |page| items.extend(page))
            .await?;
        listing.items = items;
        Ok(listing)
    }

    /// Page after page, until the vendor has no more or one of them is `enough`. Who is `told` gets each item once;
    /// what comes back has none.
    async fn pages<E, T, K>(
        &self,
        size: u32,
        endpoint: impl Fn(PageRequest) -> E,
        key: impl Fn(&T) -> K,
        enough: impl Fn(&[T]) -> bool,
        mut told: impl FnMut(Vec<T>),
    ) -> Result<Listing<T>, ApiError>
    where
        E: Endpoint<Output = Page<T>>,
        K: Eq + Hash,
    {
        let mut walk = PageWalk::new(size);
        let mut illegible = 0;
        let mut listing = Listing::new(Vec::new(), PageEnd::Complete);
        loop {
            let page = self.call(&endpoint(walk.request())).await?.value;
            let decoded = page.items.len();
            let undecodable = page.received.saturating_sub(decoded);
            let enough = enough(&page.items);
            let (fresh, step) = walk.take(page, &key);
            // A page that comes again brings its undecodable items again.
            if decoded == 0 || !fresh.is_empty() {
                listing.undecodable += undecodable;
            }
            told(fresh);
            // Pages of which nothing can be read cannot be told from one that comes again.
            illegible = if decoded == 0 { illegible + 1 } else { 0 };
            listing.end = match step {
                Step::End(end) => end,
                Step::Next(_) if enough => PageEnd::Complete,
                Step::Next(_) if illegible < ILLEGIBLE_PAGES => continue,
                Step::Next(_) => PageEnd::Repeated,
            };
            return Ok(listing);
        }
    }
}

fn may_wait(state: CommandState) -> bool {
    matches!(state, CommandState::Pending | CommandState::Unknown)
}
